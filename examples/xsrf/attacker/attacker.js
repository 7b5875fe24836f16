// SPDX-License-Identifier: Apache-2.0
// What another site can make a visitor's browser do to http://your.example, opened as
// http://elsewhere.example/?http://your.example with the place of its forms: nothing of it may
// work. Each attempt is made at once, and shown in a frame where the browser lets us see it.
const target = new URL(decodeURIComponent(location.search.slice(1)) || location.origin);
const post = new URL("post.php", target);
document.getElementById("where").textContent = target;

function make(name, properties, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function card(title, explanation, ...children) {
  document.querySelector("main").append(
    make("section", {}, make("h2", { textContent: title }), make("p", { textContent: explanation }), ...children));
}

// A form that the visitor never sees, sent without a click, into a frame.
function sendForm(enctype, frame) {
  const text = make("input", { type: "hidden", name: "text", value: "I give my house to the attacker" });
  const form = make("form", { method: "post", enctype, action: post, target: frame.name, hidden: true }, text);
  document.body.append(form);
  form.submit();
}

const plain = make("iframe", { name: "plain" });
card("A form", "Hidden, and sent without a click.", plain);
sendForm("application/x-www-form-urlencoded", plain);

const upload = make("iframe", { name: "upload" });
card("An upload", "The same as multipart/form-data.", upload);
sendForm("multipart/form-data", upload);

// In a sandbox the browser does not even say which site it is.
const code = `<form method=post action="${encodeURI(post.href)}"><input name=text value="I sign nothing"></form>` +
  "<script>document.forms[0].submit()</" + "script>";
card("A sandboxed frame", "Its Origin is null.", make("iframe", { sandbox: "allow-forms allow-scripts", srcdoc: code }));

const said = make("code", { textContent: "…" });
card("A script", "fetch() with your cookies, mode no-cors. The answer is hidden from the attacker.", said);
fetch(post, { method: "POST", mode: "no-cors", credentials: "include", body: new URLSearchParams({ text: "I buy it" }) })
  .then((answer) => { said.textContent = `sent; the answer is ${answer.type}`; })
  .catch((error) => { said.textContent = String(error); });

const asked = make("code", { textContent: "…" });
card("A script with a header", "X-XSRF-Token with a token of the attacker's. The browser asks the site first.", asked);
fetch(post, { method: "POST", credentials: "include", headers: { "X-XSRF-Token": "2.mine" }, body: "text=I+buy+it" })
  .then((answer) => { asked.textContent = `answered: ${answer.status}`; })
  .catch((error) => { asked.textContent = String(error); });

const image = new URL(post);
image.searchParams.set("text", "I look at it");
card("A picture", "Its address is that of the form. A GET writes nothing.", make("img", { src: image, alt: "no picture" }));
