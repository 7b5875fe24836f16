// SPDX-License-Identifier: Apache-2.0
// A page as blogs are: what inject puts into it, and that it leaves all else as it was.
import assert from "node:assert/strict";

// The page as the browser understood it: what each form has, and the document without that.
function understood() {
  const forms = [...document.forms].map((form) => {
    const fields = [...form.elements].filter((field) => field.type === "hidden" && field.name === "xsrf-token");
    const values = fields.map((field) => field.value);
    fields.forEach((field) => field.remove());
    return { id: form.id, method: form.method, home: new URL(form.getAttribute("action") ?? "", document.baseURI).origin === location.origin, values };
  });
  return { forms, html: document.documentElement.outerHTML, written: document.querySelector("#written")?.textContent, ready: window.ready };
}

export async function wild(site, it) {
  const visit = async (page, url) => {
    const answer = await page.goto(site.at + url);
    assert.equal(answer.status(), 200);
    return { headers: await answer.allHeaders(), ...(await page.evaluate(understood)) };
  };

  for (const size of [1, 7, 100, 1 << 20]) {
    await it(`every own form of a blog in pieces of ${size} gets one field, and nothing else changes`, async (page) => {
      const bare = await visit(page, `/bare/blog.php?size=${size}`);
      const wild = await visit(page, `/wild/blog.php?size=${size}`);
      const own = wild.forms.filter((form) => form.method === "post" && form.home);
      assert.ok(own.length >= 10 && wild.forms.length >= own.length + 10, "the forms are seen");
      for (const form of own) assert.match(form.values.join(" "), /^2\.[\w-]{96}$/, form.id);
      for (const form of wild.forms) if (!own.includes(form)) assert.deepEqual(form.values, [], form.id);
      for (const form of bare.forms) assert.deepEqual(form.values, [], form.id);
      assert.equal(wild.html, bare.html);
      assert.deepEqual([wild.written, wild.ready], ["written by a script", "<form method=post>"]);
      assert.equal(wild.headers["content-encoding"], "gzip");
    });
  }
  await it("the fields of one page hold one token", async (page) => {
    const { forms } = await visit(page, "/wild/blog.php");
    assert.equal(new Set(forms.flatMap((form) => form.values)).size, 1);
  });
  await it("a file that was changed on its way has no length and no validator of before", async (page) => {
    const bare = await visit(page, "/bare/blog.html");
    const wild = await visit(page, "/wild/blog.html");
    assert.ok(bare.headers.etag && bare.headers["last-modified"]);
    assert.deepEqual([wild.headers.etag, wild.headers["last-modified"]], [undefined, undefined]);
    assert.ok(wild.forms.some((form) => form.values.length));
  });
  await it("what is not HTML stays byte for byte", async (page) => {
    await page.goto(`${site.at}/bare/blog.html`);
    const texts = await page.evaluate(async () => Promise.all(["/bare/text.txt", "/wild/text.txt"].map(async (path) => (await fetch(path)).text())));
    assert.ok(texts[0].includes("<form method=post>"));
    assert.equal(texts[1], texts[0]);
  });
}
