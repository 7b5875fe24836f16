// SPDX-License-Identifier: Apache-2.0
// What other sites make the visitor's browser send, with examples/xsrf/attacker and worse.
import assert from "node:assert/strict";
import { logged, stranger } from "./browser.mjs";
import { REFUSED, logIn } from "./sites.mjs";

// A form made in the page that is open, and sent as the page itself: it takes the cookies along.
export async function submit(page, action, fields, enctype = "application/x-www-form-urlencoded") {
  const [answer] = await Promise.all([
    page.waitForNavigation(),
    page.evaluate(([url, pairs, encoding]) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action: url, enctype: encoding });
      for (const [name, value] of pairs)
        form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      document.body.append(form);
      form.submit();
    }, [action, Object.entries(fields), enctype]),
  ]);
  return { status: answer.status(), text: await page.textContent("body") };
}

// Token and field of whoever has `page` open.
async function tokenOf(page, url) {
  await page.goto(url);
  return page.evaluate(() => ({ [document.querySelector("[type=hidden]").name]: document.querySelector("[type=hidden]").value }));
}

// Each visit of the attacker's page has a place of its own, by which the log is read.
let number = 0;

const frames = { "a form": 0, "an upload": 1, "a form of a sandbox": 2 };

export async function attacks(site, it) {
  const poke = (page) => () => page.evaluate((url) => fetch(url, { mode: "no-cors" }), `${site.at}/style.css`);
  let zoe = [];

  await it("the visitor logs in", async (page, visitor) => {
    await logIn(page, site, "Zoë");
    zoe = (await visitor.cookies(site.at)).filter((cookie) => cookie.name === "session");
    assert.equal(zoe.length, 1);
    assert.notEqual(zoe[0].sameSite, "Strict");
  });

  for (const [who, attacker] of Object.entries(site.attackers)) {
    // The page tries all of it; four of these are POSTs, the header's is asked about and stays at home.
    for (const [place, says] of [[`/${++number}/`, 403], [`/open/${++number}/`, 200]]) {
      await it(`${who} ${says === 403 ? "cannot forge" : "could forge without the guard"} a form, an upload, a sandbox, a fetch`, async (page, visitor) => {
        await visitor.addCookies(zoe);
        const posts = await logged(new RegExp(`^POST ${place}`), 4, async () => {
          await page.goto(`${attacker}/?${site.at}${place}`);
          for (const [name, i] of Object.entries(frames)) {
            const text = await page.locator("iframe").nth(i).contentFrame().getByText(says === 403 ? REFUSED : / posted: I /).textContent();
            assert.ok(text, name);
          }
          await page.getByText("sent; the answer is opaque").waitFor();
        }, poke(page));
        for (const line of posts) assert.match(line, new RegExp(`^POST ${place}post\\.php ${says} `));
        if (says === 403) for (const line of posts) assert.match(line, / foreign-origin /);
      });
    }
    await it(`${who} cannot send a header, nor write with a picture`, async (page, visitor) => {
      await visitor.addCookies(zoe);
      const others = await logged(new RegExp(`^(OPTIONS|GET) /${++number}/`), 2, () => page.goto(`${attacker}/?${site.at}/${number}/`), poke(page));
      assert.ok(others.some((line) => /^GET \S+post.php 405 safe/.test(line)), others.join());
      assert.ok(others.some((line) => /^OPTIONS \S+post.php \d+ safe/.test(line)), others.join());
    });
    for (const enctype of ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"]) {
      await it(`${who} cannot forge a whole page's form as ${enctype}`, async (page, visitor) => {
        await visitor.addCookies(zoe);
        await page.goto(`${attacker}/attacker.css`);
        const answer = await submit(page, `${site.at}/post.php`, { text: "mine" }, enctype);
        assert.equal(answer.status, 403);
        assert.match(answer.text, REFUSED);
      });
    }
    // Chromium itself keeps a cookie without SameSite from such a form when it is older than two minutes.
    await it(`${who} could forge that without the guard, cookie and all`, async (page) => {
      await logIn(page, site, "Zoë");
      await page.goto(`${attacker}/attacker.css`);
      const answer = await submit(page, `${site.at}/open/post.php`, { text: "mine" });
      assert.match(answer.text, who === "the same host without TLS" ? / posted: mine/ : /Zoë posted: mine/);
    });
    await it(`${who} cannot log the visitor in`, async (page) => {
      await page.goto(`${attacker}/attacker.css`);
      assert.equal((await submit(page, `${site.at}/app/login`, { name: "attacker" })).status, 403);
      await page.goto(`${site.at}/app/`);
      await page.waitForSelector("h1:has-text('Log in')");
    });
    await it(`${who} gains nothing by a token of its own`, async (page, visitor) => {
      const mallory = await stranger();
      const hers = await mallory.newPage();
      await logIn(hers, site, "Mallory");
      const fields = await tokenOf(hers, `${site.at}/form.php`);
      await mallory.close();
      await visitor.addCookies(zoe);
      await page.goto(`${attacker}/attacker.css`);
      for (const place of ["/", "/tokens/"]) {
        const answer = await submit(page, `${site.at}${place}post.php`, { text: "mine", ...fields });
        assert.equal(answer.status, 403, place);
        await page.goBack();
      }
    });
  }

  await it("a neighbour that sets cookies for the whole domain gains nothing", async (page, visitor) => {
    const mallory = await stranger();
    const fields = await tokenOf(await mallory.newPage(), `${site.at}/form.php`);
    const cookies = await mallory.cookies(site.at);
    await mallory.close();
    await page.goto(`${site.attackers["a neighbour's host"]}/attacker.css`);
    await page.evaluate((all) => {
      for (const { name, value } of all)
        for (const spelling of [name, name.replace("__Host-", "")])
          document.cookie = `${spelling}=${value}; Domain=site.test; Path=/${location.protocol === "https:" ? "; Secure" : ""}`;
    }, cookies);
    const tossed = (await visitor.cookies(site.at)).map((cookie) => cookie.name);
    assert.ok(tossed.includes("xsrf-visitor"), tossed.join());
    assert.equal((await submit(page, `${site.at}/post.php`, { text: "mine", ...fields })).status, 403);
    await page.goBack();
    // Where only the token is asked for, TLS keeps the visitor's cookie (__Host-) out of reach.
    if (site.at.startsWith("https:"))
      assert.equal((await submit(page, `${site.at}/tokens/post.php`, { text: "mine", ...fields })).status, 403);
  });
  await it("a form of the site's own that leads to another site does not come back as its own", async (page) => {
    await logIn(page, site, "Zoë");
    await page.goto(`${site.at}/form.php`);
    const fields = await page.evaluate(() => ({ "xsrf-token": document.querySelector("[type=hidden]").value }));
    for (const [place, status] of [["/post.php", 403], ["/open/post.php", 200]]) {
      const answer = await submit(page, `${site.attackers["another site"]}/back${place}`, { text: "mine", ...fields });
      assert.equal(answer.status, status, place);
      await page.goto(`${site.at}/form.php`);
    }
  });
  await it("the site's own origin in the address of a page does not make it its own", async (page, visitor) => {
    await visitor.addCookies(zoe);
    const attacker = site.attackers["another site"];
    await page.goto(`${attacker}/attacker.css?${site.at}/form.php`);
    assert.equal((await submit(page, `${site.at}/post.php`, { text: "mine" })).status, 403);
  });
}
