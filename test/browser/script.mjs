// SPDX-License-Identifier: Apache-2.0
// XSRFSend script: pages whose own scripts know nothing of tokens, under script-src 'self'.
import assert from "node:assert/strict";
import { sleep } from "./browser.mjs";

const PAGE = "/js/page.html";

// What goes over the line, by method and path, with its status and whether it carries a token.
async function watched(page, action, wanted = (url) => url.includes("echo.php")) {
  const seen = [];
  const look = async (answer) => {
    const request = answer.request();
    if (wanted(request.url()) && request.method() !== "GET") seen.push(`${request.method()} ${answer.status()}`);
  };
  page.on("response", look);
  const result = await action();
  page.off("response", look);
  return { result, seen };
}

// Requests to other origins, with everything that could hold a token.
async function strangers(page, site, action) {
  const seen = [];
  const look = (request) => {
    if (new URL(request.url()).origin !== site.at)
      seen.push([request.method(), request.url(), JSON.stringify(request.headers()), request.postData() ?? ""].join(" "));
  };
  page.on("request", look);
  await action();
  page.off("request", look);
  return seen;
}

export async function script(site, it) {
  const at = (path) => site.at + path;
  const evil = site.attackers["another site"];

  const ways = {
    "fetch, JSON": () => fetch("echo.php", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" }),
    "fetch, a URL object": () => fetch(new URL("echo.php", location), { method: "post" }),
    "fetch, Headers": () => fetch("echo.php", { method: "PUT", headers: new Headers({ "X-Mine": "mine" }) }),
    "fetch, a list of headers": () => fetch("echo.php", { method: "DELETE", headers: [["X-Mine", "mine"]] }),
    "fetch, an absolute URL": () => fetch(`${location.origin}/js/echo.php`, { method: "PATCH", body: new Blob(["x"]) }),
    "fetch, URLSearchParams": () => fetch("//" + location.host + "/js/echo.php", { method: "POST", body: new URLSearchParams({ a: 1 }) }),
    "fetch, FormData": () => fetch("echo.php", { method: "POST", body: new FormData(document.getElementById("form")) }),
    "fetch, no-cors": () => fetch("echo.php", { method: "POST", mode: "no-cors", body: "x" }),
    "fetch, a Request": () => fetch(new Request("echo.php", { method: "POST", body: "abc", headers: { "X-Mine": "mine" } })),
    "fetch, a Request and more": () => fetch(new Request("echo.php"), { method: "POST", body: new ArrayBuffer(8) }),
    "the fetch that the page's first script found": () => window.early("echo.php", { method: "POST" }),
  };
  for (const [name, way] of Object.entries(ways)) {
    await it(`${name} passes`, async (page) => {
      await page.goto(at(PAGE));
      const { result, seen } = await watched(page, () => page.evaluate(`(${way})().then((answer) => answer.json())`));
      assert.deepEqual(seen, [`${result.method} 200`]);
      if (String(way).includes("X-Mine")) assert.equal(result.x, "mine");
      if (String(way).includes("abc")) assert.equal(result.bytes, 3);
    });
    if (way === ways["fetch, no-cors"]) continue;
    await it(`${name}, too late, is repeated once`, async (page) => {
      await page.goto(at(`/soon${PAGE}`));
      await sleep(3100);
      const late = String(way).replaceAll("/js/", "/soon/js/");
      const { result, seen } = await watched(page, () => page.evaluate(`(${late})().then((answer) => answer.json())`));
      assert.deepEqual(seen, [`${result.method} 403`, `${result.method} 200`]);
      if (String(way).includes("abc")) assert.equal(result.bytes, 3);
      if (String(way).includes("FormData")) assert.equal(result.fields.length, 4);
    });
  }
  await it("a GET is left as it is", async (page) => {
    await page.goto(at(PAGE));
    const [request] = await Promise.all([page.waitForRequest(/echo/), page.evaluate(() => fetch("echo.php").then(() => 0))]);
    assert.equal((await request.allHeaders())["x-xsrf-token"], undefined);
  });
  await it("the header that the page itself sets is sent once", async (page) => {
    await page.goto(at(PAGE));
    const { seen } = await watched(page, () => page.evaluate(async () => {
      const token = document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1];
      await fetch("echo.php", { method: "POST", headers: { "x-xsrf-token": token } });
      await new Promise((done) => {
        const xhr = new XMLHttpRequest();
        xhr.onloadend = done;
        xhr.open("POST", "echo.php");
        xhr.setRequestHeader("x-xsrf-token", token);
        xhr.send();
      });
    }));
    assert.deepEqual(seen, ["POST 200", "POST 200"]);
  });

  // What the page's listeners hear of an XMLHttpRequest, some of which came before open().
  const xhr = ([sync, form]) => {
    const heard = [];
    const xhr = new XMLHttpRequest();
    const done = new Promise((end) => { xhr.addEventListener("loadend", end); });
    xhr.onreadystatechange = () => heard.push(xhr.readyState);
    xhr.onload = () => heard.push("load");
    xhr.addEventListener("loadstart", () => heard.push("loadstart"));
    xhr.open("POST", "echo.php", !sync);
    xhr.setRequestHeader("X-Mine", "mine");
    xhr.send(form ? new FormData(document.getElementById("form")) : "abc");
    const result = () => ({ heard, status: xhr.status, refused: xhr.getResponseHeader("X-XSRF-Refused"), ...JSON.parse(xhr.responseText) });
    return sync ? result() : done.then(result);
  };
  for (const sync of [false, true]) for (const form of [false, true]) {
    const name = `${sync ? "a synchronous" : "an"} XMLHttpRequest${form ? " with a form" : ""}`;
    const heard = sync ? [1, 4, "load"] : [1, "loadstart", 2, 3, 4, "load"];
    for (const [place, late, seen] of [["", "passes", ["POST 200"]], ["/soon", "too late, is repeated, and the page hears of one", ["POST 403", "POST 200"]]]) {
      await it(`${name} ${late}`, async (page) => {
        await page.goto(at(place + PAGE));
        if (place) await sleep(3100);
        const got = await watched(page, () => page.evaluate(xhr, [sync, form]));
        assert.deepEqual(got.seen, seen);
        assert.deepEqual([got.result.status, got.result.x, got.result.refused], [200, "mine", null]);
        assert.deepEqual(got.result.heard, heard);
        assert.deepEqual(form ? got.result.fields : got.result.bytes, form ? ["xsrf-token", "action", "method", "id"] : 3);
      });
    }
  }
  await it("an XMLHttpRequest that is used again", async (page) => {
    await page.goto(at(PAGE));
    const { seen } = await watched(page, () => page.evaluate(async () => {
      const xhr = new XMLHttpRequest();
      for (const method of ["POST", "GET", "PUT", "POST"]) {
        xhr.open(method, "echo.php");
        await new Promise((done) => { xhr.onloadend = done; xhr.send(); });
      }
    }));
    assert.deepEqual(seen, ["POST 200", "PUT 200", "POST 200"]);
  });
  await it("a stream is sent once", async (page) => {
    await page.goto(at(`/soon${PAGE}`));
    await sleep(3100);
    const { seen } = await watched(page, () => page.evaluate(() =>
      fetch("echo.php", { method: "POST", duplex: "half", body: new Blob(["abc"]).stream() }).catch(() => 0)));
    // Without HTTP/2 browsers send none at all.
    assert.deepEqual(seen, site.at.startsWith("https:") ? ["POST 403"] : []);
  });
  await it("a visitor whose cookies are gone is served at the second time", async (page, visitor) => {
    await page.goto(at(PAGE));
    await visitor.clearCookies();
    const { seen } = await watched(page, () => page.evaluate(() => fetch("echo.php", { method: "POST" }).then(() => 0)));
    assert.deepEqual(seen, ["POST 403", "POST 200"]);
  });
  await it("a visitor who takes no cookies is refused at the second time", async (page) => {
    await page.goto(at(PAGE));
    await page.evaluate(() => Object.defineProperty(document, "cookie", { value: "" }));
    const { seen } = await watched(page, () => page.evaluate(() => fetch("echo.php", { method: "POST" }).then(() => 0)));
    assert.deepEqual(seen, ["POST 403", "POST 403"]);
  });
  await it("what the application refuses is not repeated, whatever it says", async (page) => {
    await page.goto(at(PAGE));
    const { result, seen } = await watched(page, () => page.evaluate(async () =>
      (await fetch("echo.php?refuse", { method: "POST" })).headers.get("X-XSRF-Refused")));
    assert.deepEqual([result, seen], [null, ["POST 403"]]);
  });
  await it("a page that is open for longer than a token lives, and sends a heartbeat, is never refused", async (page) => {
    await page.goto(at(`/soon${PAGE}`));
    const { seen } = await watched(page, async () => {
      for (let beat = 0; beat < 8; beat++) {
        await sleep(700);
        await page.evaluate(() => fetch("echo.php", { method: "POST" }).then(() => 0));
      }
    });
    assert.deepEqual(seen, Array(8).fill("POST 200"));
  });
  await it("a refused script reads JSON", async (page) => {
    await page.goto(at("/barejs/page.html"));
    const answer = await page.evaluate(async () => (await fetch("/js/echo.php", { method: "POST", headers: { Accept: "application/json" } })).json());
    assert.deepEqual([answer.code, answer.data], ["xsrf", { status: 403 }]);
    assert.match(answer.message, /reload the page and try again\.$/);
  });

  for (const [name, data] of [["a text", () => "abc"], ["a form", () => new FormData(document.getElementById("form"))], ["nothing", () => undefined],
    ["a Blob", () => new Blob(["{}"], { type: "application/json" })], ["parameters", () => new URLSearchParams({ a: 1 })]]) {
    await it(`a beacon with ${name} passes`, async (page) => {
      await page.goto(at(PAGE));
      const [answer, sent] = await Promise.all([page.waitForResponse(/echo/), page.evaluate(`navigator.sendBeacon("echo.php", (${data})())`)]);
      assert.deepEqual([answer.status(), sent], [200, true]);
    });
  }
  await it("a beacon that is too large is not sent", async (page) => {
    await page.goto(at(PAGE));
    assert.equal(await page.evaluate(() => navigator.sendBeacon("echo.php", "x".repeat(70000))), false);
  });

  const sent = async (page, action) => {
    const [answer] = await Promise.all([page.waitForNavigation(), action()]);
    assert.equal(answer.request().method(), "POST");
    return { status: answer.status(), ...(answer.status() === 200 ? await answer.json() : {}) };
  };
  const make = (enctype) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: "echo.php", enctype });
    const file = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(300000)], "a.png"));
    file.files = files.files;
    form.append(file, Object.assign(document.createElement("input"), { name: "submit", value: 1 }));
    document.body.append(form);
    return form;
  };
  for (const [name, how] of [["form.submit()", "HTMLFormElement.prototype.submit.call(form)"], ["requestSubmit()", "form.requestSubmit()"],
    ["a click", "form.append(Object.assign(document.createElement('button'), { id: 'go' })), document.getElementById('go').click()"]]) {
    for (const enctype of ["multipart/form-data", "application/x-www-form-urlencoded"]) {
      await it(`a form that a script has made, ${name}, ${enctype}, passes`, async (page) => {
        await page.goto(at(PAGE));
        const got = await sent(page, () => page.evaluate(`{ const form = (${make})("${enctype}"); ${how}; }`));
        assert.equal(got.status, 200);
        if (enctype.startsWith("multipart")) assert.deepEqual(got.files, [300000]);
        assert.deepEqual(got.fields.filter((field) => field === "xsrf-token").length, 1);
      });
    }
  }
  await it("the page's own form has the token that is good now", async (page) => {
    await page.goto(at(`/soon${PAGE}`));
    for (let beat = 0; beat < 5; beat++) {
      await sleep(700);
      await page.evaluate(() => fetch("echo.php", { method: "POST" }).then(() => 0));
    }
    const got = await sent(page, () => page.click("text=Save"));
    assert.deepEqual([got.status, got.fields], [200, ["xsrf-token", "action", "method", "id"]]);
  });
  await it("a form that was refused passes when it is sent again", async (page) => {
    await page.goto(at(`/soon${PAGE}`));
    await sleep(3100);
    assert.equal((await sent(page, () => page.click("text=Save"))).status, 403);
    await page.goBack();
    assert.equal((await sent(page, () => page.click("text=Save"))).status, 200);
  });
  await it("a form that is not sent keeps no field", async (page) => {
    await page.goto(at(PAGE));
    const left = await page.evaluate(async () => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: "echo.php" });
      document.body.append(form);
      form.addEventListener("submit", (event) => event.preventDefault());
      form.requestSubmit();
      await new Promise((done) => setTimeout(done, 50));
      return form.elements.length;
    });
    assert.equal(left, 0);
  });

  const frames = {
    "a blank frame at once": "const frame = document.createElement('iframe'); document.body.append(frame); await new Promise((done) => setTimeout(done));",
    "a blank frame later": "const frame = document.createElement('iframe'); document.body.append(frame); await new Promise((done) => setTimeout(done, 100));",
    "a frame with srcdoc": "const frame = document.createElement('iframe'); frame.srcdoc = '<p>x'; document.body.append(frame); await new Promise((done) => { frame.onload = done; });",
    "a frame of a blob": "const frame = document.createElement('iframe'); frame.src = URL.createObjectURL(new Blob(['<p>x'], { type: 'text/html' }));" +
      "document.body.append(frame); await new Promise((done) => { frame.onload = done; });",
    "a frame that was written": "const frame = document.createElement('iframe'); document.body.append(frame); await new Promise((done) => setTimeout(done));" +
      "const w = frame.contentDocument; w.open(); w.write('<p>x'); w.close(); await new Promise((done) => setTimeout(done, 100));",
    "a frame in a frame": "const outer = document.createElement('iframe'); document.body.append(outer); await new Promise((done) => setTimeout(done));" +
      "const frame = outer.contentDocument.createElement('iframe'); outer.contentDocument.body.append(frame); await new Promise((done) => setTimeout(done));",
  };
  for (const [name, make] of Object.entries(frames)) {
    await it(`fetch, XMLHttpRequest and a form of ${name} pass`, async (page) => {
      await page.goto(at(PAGE));
      const { seen } = await watched(page, async () => {
        await page.evaluate(`(async () => { ${make} const view = frame.contentWindow, url = new URL("echo.php", location).href;
          await view.fetch(url, { method: "POST" });
          const xhr = new view.XMLHttpRequest();
          xhr.open("PUT", url);
          await new Promise((done) => { xhr.onloadend = done; xhr.send(); });
          const form = view.document.createElement("form");
          form.method = "post"; form.action = url;
          view.document.body.append(form);
          await new Promise((done) => { frame.onload = done; form.requestSubmit(); });
        })()`);
      });
      assert.deepEqual(seen, ["POST 200", "PUT 200", "POST 200"]);
    });
  }
  await it("a page in a frame has its own script", async (page) => {
    await page.goto(at(PAGE));
    const { seen } = await watched(page, () => page.evaluate(async () => {
      const frame = document.createElement("iframe");
      frame.src = "page.html?x";
      document.body.append(frame);
      await new Promise((done) => { frame.onload = done; });
      await frame.contentWindow.fetch("echo.php", { method: "POST" });
    }));
    assert.deepEqual(seen, ["POST 200"]);
  });
  await it("a worker needs the page's help", async (page) => {
    await page.goto(at(PAGE));
    const statuses = await page.evaluate(async () => {
      const worker = new Worker("worker.js");
      const ask = (headers) => new Promise((done) => { worker.onmessage = (event) => done(event.data); worker.postMessage(headers); });
      return [await ask({}), await ask({ "X-XSRF-Token": document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1] })];
    });
    assert.deepEqual(statuses, [403, 200]);
  });

  const away = {
    fetch: "fetch(evil, { method: 'POST', mode: 'no-cors', body: 'a' })",
    "fetch, with CORS": "fetch(evil + '/cors/', { method: 'POST', body: 'a' })",
    "fetch, a Request": "fetch(new Request(evil + '/cors/', { method: 'POST', body: 'a' }))",
    "fetch, by the scheme's //": "fetch(evil.replace(/^https?:/, ''), { method: 'POST', mode: 'no-cors' })",
    "fetch, by a base": "document.head.append(Object.assign(document.createElement('base'), { href: evil })), fetch('cors/x', { method: 'POST' })",
    "fetch, redirected": "fetch('away', { method: 'POST' })",
    XMLHttpRequest: "new Promise((done) => { const xhr = new XMLHttpRequest(); xhr.onloadend = done; xhr.open('POST', evil + '/cors/'); xhr.send('a'); })",
    "a beacon": "new Promise((done) => { navigator.sendBeacon(evil, 'a'); setTimeout(done, 300); })",
  };
  for (const [name, code] of Object.entries(away)) {
    await it(`no token goes to another origin: ${name}`, async (page) => {
      await page.goto(at(PAGE));
      const token = await page.evaluate(() => document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1]);
      const seen = await strangers(page, site, () => page.evaluate(`(async (evil) => { try { await ${code}; } catch {} })("${evil}")`));
      if (!name.endsWith("redirected")) assert.ok(seen.length >= 1, "it is sent");
      for (const request of seen) assert.ok(!/x-xsrf-token/i.test(request) && !request.includes(token), request);
    });
  }
  const leave = {
    "a form": "form.action = evil; form.requestSubmit()",
    "a form, by form.submit()": "form.action = evil; HTMLFormElement.prototype.submit.call(form)",
    "a form whose button leads there": "form.append(Object.assign(document.createElement('button'), { formAction: evil, id: 'go' })), document.getElementById('go').click()",
    "a form that a listener turns away": "form.addEventListener('submit', () => { form.action = evil; }); form.requestSubmit()",
  };
  for (const [name, code] of Object.entries(leave)) {
    await it(`no token goes to another origin: ${name}`, async (page) => {
      await page.goto(at(PAGE));
      const seen = await strangers(page, site, () => Promise.all([page.waitForNavigation(), page.evaluate(`{ const evil = "${evil}/nowhere";
        const form = Object.assign(document.createElement("form"), { method: "post", action: "echo.php" });
        form.append(Object.assign(document.createElement("input"), { name: "a", value: "b" }));
        document.body.append(form); ${code}; }`)]));
      const posts = seen.filter((request) => request.startsWith("POST "));
      assert.equal(posts.length, 1);
      assert.ok(posts[0].endsWith("a=b"), posts[0]);
    });
  }

  await it("the script is the page's first, nothing else of the document changes, and the console is silent", async (page) => {
    const said = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", (error) => said.push(String(error)));
    const read = async (url) => {
      await page.goto(at(url));
      return page.evaluate(() => {
        const first = document.scripts[0].getAttribute("src");
        const ours = document.querySelector("script[src*='/.well-known/xsrf.js?v=']");
        const place = ours && [ours.previousSibling, ours.parentNode.nodeName].join();
        ours?.remove();
        for (const field of document.querySelectorAll("[name=xsrf-token]")) field.remove();
        return { html: document.documentElement.outerHTML, first, place };
      });
    };
    const [bare, ours] = [await read("/barejs/page.html"), await read(PAGE)];
    assert.equal(ours.html, bare.html);
    assert.match(ours.first, /^\/\.well-known\/xsrf\.js\?v=[\w-]{11}$/);
    assert.deepEqual([bare.first, ours.place], ["page.js", ",HEAD"]);
    assert.deepEqual(said, []);
  });
  // Over TLS Chromium may forget what came with this test's own certificate.
  if (site.at.startsWith("http:")) await it("the script is asked for once", async (page) => {
    const sizes = [];
    for (let i = 0; i < 3; i++) {
      await page.goto(at(`${PAGE}?${i}`));
      sizes.push(await page.evaluate(() => performance.getEntriesByType("resource").find((entry) => entry.name.includes("/.well-known/xsrf.js")).transferSize));
    }
    assert.ok(sizes[0] > 2000, "the first time");
    assert.deepEqual(sizes.slice(1), [0, 0], "then it is in the cache");
  });
}
