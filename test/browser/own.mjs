// SPDX-License-Identifier: Apache-2.0
// What the visitor's own pages send.
import assert from "node:assert/strict";
import { sleep } from "./browser.mjs";
import { REFUSED, logIn, logOut, send } from "./sites.mjs";

function passes(answer, notice) {
  assert.equal(answer.status, 200);
  assert.ok(answer.text.includes(notice), `${notice}: ${answer.text}`);
}

function refused(answer) {
  assert.equal(answer.status, 403);
  assert.match(answer.text, REFUSED);
}

// The script's page shows what came, or that it was refused.
async function script(page, url, text) {
  await page.goto(url);
  return posted(page, text);
}

async function posted(page, text) {
  await page.fill("[name=text]", text);
  await page.click("button");
  return page.textContent("[role=status]:not(:empty)");
}

export async function own(site, it) {
  const at = (path) => site.at + path;

  for (const [name, path] of [["a form of PHP's", "/form.php"], ["an old form with an injected field", "/old/form.html"]]) {
    await it(`${name} passes without a login`, async (page) => {
      await page.goto(at(path));
      passes(await send(page, "tea & <b>milk"), "A visitor posted: tea & <b>milk");
    });
    await it(`${name} passes with a login`, async (page) => {
      await logIn(page, site, "Zoë");
      await page.goto(at(path));
      passes(await send(page, "tea"), "Zoë posted: tea");
    });
    await it(`${name} that was opened before a login passes after it`, async (page, visitor) => {
      await page.goto(at(path));
      await logIn(await visitor.newPage(), site, "Zoë");
      passes(await send(page, "tea"), "Zoë posted: tea");
    });
    await it(`${name} passes from each of two tabs`, async (page, visitor) => {
      const other = await visitor.newPage();
      await page.goto(at(path));
      await other.goto(at(path));
      passes(await send(page, "one"), "posted: one");
      passes(await send(other, "two"), "posted: two");
    });
    await it(`${name} passes again after the back button`, async (page) => {
      await page.goto(at(path));
      passes(await send(page, "one"), "posted: one");
      await page.goBack();
      passes(await send(page, "two"), "posted: two");
      await page.goBack();
      passes(await send(page, "three"), "posted: three");
    });
    await it(`${name} that was opened before a logout is refused, and passes when reloaded`, async (page, visitor) => {
      await logIn(page, site, "Zoë");
      await page.goto(at(path));
      await logOut(await visitor.newPage(), site);
      refused(await send(page, "tea"));
      await page.goBack();
      await page.reload();
      passes(await send(page, "tea"), "A visitor posted: tea");
    });
    await it(`${name} that another user opened is refused`, async (page, visitor) => {
      await logIn(page, site, "Zoë");
      await page.goto(at(path));
      const other = await visitor.newPage();
      await logOut(other, site);
      await logIn(other, site, "Yan");
      refused(await send(page, "tea"));
    });
    await it(`${name} kept open for too long is refused, and passes when reloaded`, async (page) => {
      await page.goto(at(`/quick${path}`));
      await sleep(6100);
      refused(await send(page, "tea"));
      await page.goBack();
      await page.reload();
      passes(await send(page, "tea"), "A visitor posted: tea");
    });
  }

  await it("a posted page that is reloaded passes", async (page) => {
    await page.goto(at("/form.php"));
    passes(await send(page, "tea"), "posted: tea");
    const again = await page.reload();
    assert.equal(again.request().method(), "POST");
    assert.equal(again.status(), 200);
  });

  await it("a script that returns the cookie passes", async (page) => {
    assert.equal(await script(page, at("/script.html"), "a\u2028b"), "A visitor posted: a\u2028b");
    await logIn(page, site, "Zoë");
    assert.equal(await script(page, at("/script.html"), "tea"), "Zoë posted: tea");
  });
  await it("a script whose page was open for too long is refused, and passes when reloaded", async (page) => {
    await page.goto(at("/quick/script.html"));
    await sleep(6100);
    assert.match(await posted(page, "tea"), /^Refused \(403\)/);
    assert.equal(await script(page, at("/quick/script.html"), "tea"), "A visitor posted: tea");
  });
  for (const [how, again] of [["visited again", (page, url) => page.goto(url)], ["reloaded", (page) => page.goBack().then(() => page.reload())]]) {
    await it(`an old page that the browser has kept, ${how}, has a token that is good now`, async (page) => {
      const pages = ["/quick/script.html", "/quick/old/form.html"];
      for (const url of pages) await page.goto(at(url));
      await sleep(6100);
      for (const url of pages) {
        await page.goto(at("/wild/text.txt"));
        await page.goto(at(url));
        await page.goto(at("/wild/text.txt"));
        await again(page, at(url));
        if (url.includes("script")) assert.equal(await posted(page, "tea"), "A visitor posted: tea");
        else passes(await send(page, "tea"), "A visitor posted: tea");
      }
    });
  }
  await it("a script without the header is refused", async (page) => {
    await page.goto(at("/script.html"));
    const status = await page.evaluate(async () =>
      (await fetch("post.php", { method: "POST", body: new URLSearchParams({ text: "tea" }) })).status);
    assert.equal(status, 403);
  });
  await it("every unsafe method is guarded, and passes with the header", async (page) => {
    await page.goto(at("/script.html"));
    const statuses = await page.evaluate(async () => {
      const token = document.cookie.match(/XSRF-TOKEN=([^;]*)/)[1];
      const ask = async (method, headers) => (await fetch("post.php", { method, headers })).status;
      const all = [];
      for (const method of ["PUT", "PATCH", "DELETE", "QUUX"])
        all.push(method, await ask(method), await ask(method, { "X-XSRF-Token": token }));
      return all.join(" ");
    });
    assert.equal(statuses, "PUT 403 405 PATCH 403 405 DELETE 403 405 QUUX 403 405");
  });
  await it("a beacon with the token in its body passes", async (page) => {
    await page.goto(at("/form.php"));
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith("/post.php")),
      page.evaluate(() => navigator.sendBeacon("post.php", new FormData(document.forms[0]))),
    ]);
    assert.equal(answer.status(), 200);
  });

  const file = { name: "a \"picture\".png", mimeType: "image/png", buffer: Buffer.alloc(300_000, "\r\n--x") };
  await it("an upload passes, whole", async (page) => {
    await logIn(page, site, "Zoë");
    await page.goto(at("/upload.php"));
    await page.setInputFiles("[name=file]", file);
    passes(await send(page, "look"), "Zoë posted: look with a");
    assert.match(await page.textContent("body"), /300000 bytes/);
  });
  await it("an upload whose token stands behind a short file passes", async (page) => {
    await page.goto(at("/upload.php"));
    await page.evaluate(() => document.forms[0].append(document.forms[0].querySelector("[type=hidden]")));
    await page.setInputFiles("[name=file]", { ...file, buffer: file.buffer.subarray(0, 50_000) });
    passes(await send(page, "look"), "50000 bytes");
  });
  await it("an upload whose token stands behind a long file is too large", async (page) => {
    await page.goto(at("/upload.php"));
    await page.evaluate(() => document.forms[0].append(document.forms[0].querySelector("[type=hidden]")));
    await page.setInputFiles("[name=file]", file);
    assert.equal((await send(page, "look")).status, 413);
  });

  await it("Flask's own forms, which know of no tokens, pass", async (page) => {
    await logIn(page, site, "Zoë");
    await page.fill("[name=item]", "a 5\" spoon");
    await page.click("text=Add");
    await page.waitForSelector("li:has-text('a 5\" spoon')");
    await logOut(page, site);
  });
  await it("a Flask form that was opened before a login passes after it", async (page, visitor) => {
    await page.goto(at("/app/"));
    await logIn(await visitor.newPage(), site, "Zoë");
    await page.fill("[name=name]", "Yan");
    await page.click("text=Log in >> nth=-1");
    await page.waitForSelector("h1:has-text('Hello Yan')");
  });
  await it("the form of a page that sends no referrer passes where the browser says it is its own", async (page) => {
    await page.goto(at("/form.php"));
    await page.evaluate(() =>
      document.head.append(Object.assign(document.createElement("meta"), { name: "referrer", content: "no-referrer" })));
    const answer = await send(page, "tea");
    // Its Origin is null; without TLS nothing else tells it from a sandbox's.
    if (site.at.startsWith("https:")) passes(answer, "A visitor posted: tea");
    else refused(answer);
  });
}
