// SPDX-License-Identifier: Apache-2.0
// One-time aliases: a page's script lends its session to a page elsewhere, and no other site's page does, nor
// logs a visitor in with one.
import assert from "node:assert/strict";
import { submit } from "./attacks.mjs";
import { stranger } from "./browser.mjs";
import { logIn } from "./sites.mjs";

// What the endpoint answers the script of the page that is open: status and JSON.
function ask(page, fields) {
  return page.evaluate(async (pairs) => {
    const answer = await fetch("/handoff", { method: "POST", body: new URLSearchParams(pairs) });
    return [answer.status, await answer.json()];
  }, fields);
}

async function lent(page) {
  const [status, answer] = await ask(page, {});
  assert.equal(status, 201);
  return answer.code;
}

const sessions = async (visitor, site) => (await visitor.cookies(site.at)).filter((cookie) => cookie.name === "session");

export async function handoff(site, it) {
  const owner = await stranger();
  const hers = await owner.newPage();

  await it("a page's script lends its session, and another browser's takes it, once", async (page) => {
    await logIn(hers, site, "Zoë");
    const code = await lent(hers);
    await page.goto(`${site.at}/style.css`);
    assert.deepEqual(await ask(page, { code }), [200, { status: "ok" }]);
    await page.goto(`${site.at}/app/`);
    await page.waitForSelector('h1:has-text("Hello Zoë")');
    assert.deepEqual(await ask(page, { code }), [403, { error: "invalid_grant" }]);
  });

  await it("a form with a code leads on to the page that it names", async (page) => {
    const code = await lent(hers);
    await page.goto(`${site.at}/style.css`);
    await submit(page, "/handoff", { code, next: "/app/" });
    assert.equal(page.url(), `${site.at}/app/`);
    await page.waitForSelector('h1:has-text("Hello Zoë")');
  });

  for (const [who, attacker] of Object.entries(site.attackers)) {
    await it(`${who} cannot log a visitor in by a code`, async (page, visitor) => {
      const code = await lent(hers);
      await page.goto(`${attacker}/attacker.css`);
      const answer = await submit(page, `${site.at}/handoff`, { code, next: "/app/" });
      assert.equal(answer.status, 403);
      assert.match(answer.text, /"error":"forbidden"/);
      assert.deepEqual(await sessions(visitor, site), []);
      assert.deepEqual(await ask(hers, { code }), [200, { status: "ok" }]);
    });
    await it(`${who} cannot have a visitor's session lent`, async (page, visitor) => {
      await visitor.addCookies(await sessions(owner, site));
      await page.goto(`${attacker}/attacker.css`);
      const answer = await submit(page, `${site.at}/handoff`, {});
      assert.equal(answer.status, 403);
      assert.match(answer.text, /"error":"forbidden"/);
    });
  }
  await owner.close();
}
