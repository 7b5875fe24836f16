// SPDX-License-Identifier: Apache-2.0
// What another site's page makes the browser of a signed-in author send: none of it may get in.
import assert from "node:assert/strict";
import { stranger, test } from "../browser/browser.mjs";
import { SITE, inside, log, settings } from "./http.mjs";

const EVIL = `http://evil.test:${process.env.EVIL_PORT}`;
const posts = () => inside("return count(get_posts(array('numberposts' => -1, 'post_status' => 'any', 'post_type' => array('post', 'attachment'))));");

// A form of the attacker's page, sent as the page itself, so that it takes the cookies along.
async function submit(page, path, fields, enctype = "application/x-www-form-urlencoded") {
  await page.goto(`${EVIL}/attack.html`);
  const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate(([action, pairs, encoding]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action, enctype: encoding });
    for (const [name, value] of pairs) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    document.body.append(form);
    HTMLFormElement.prototype.submit.call(form);
  }, [SITE + path, Object.entries(fields), enctype])]);
  return answer.status();
}

export async function attacks() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  settings({ create: true, default_role: "author" });
  const context = await stranger();
  const page = await context.newPage();
  await page.goto(`${SITE}/app/login?next=/wp-admin/post-new.php`);
  await page.fill("[name=name]", "victim");
  await page.click("button");
  await page.waitForFunction(() => window.wpApiSettings?.nonce || window.wp?.apiFetch?.nonceMiddleware?.nonce);
  const nonce = await page.evaluate(() => window.wp.apiFetch.nonceMiddleware.nonce);
  const wordpress = await context.cookies();
  const before = posts();
  const good = { title: "forged", content: "forged", status: "publish" };

  // With WordPress' cookies, and with the application's alone; a nonce can only be the attacker's own or a leaked one.
  for (const [who, cookies] of [["a visitor with both sessions", wordpress], ["a visitor whom only the application knows", wordpress.filter(({ name }) => !name.startsWith("wordpress_"))]]) {
    const arrive = async () => {
      await context.clearCookies();
      await context.addCookies(cookies);
    };
    for (const [what, path, fields, enctype] of [
      ["a post by the REST API", "/wp-json/wp/v2/posts", good],
      ["a post by the REST API, as plain text", "/wp-json/wp/v2/posts", good, "text/plain"],
      ["a post by the REST API with a leaked nonce", "/wp-json/wp/v2/posts", { ...good, _wpnonce: nonce }],
      ["a post by the REST API's other address", "/?rest_route=/wp/v2/posts", good],
      ["a post by the form of the administration", "/wp-admin/post.php", { action: "editpost", post_title: "forged", _wpnonce: nonce }],
      ["an upload", "/wp-admin/async-upload.php", { name: "x.png", action: "upload-attachment", _wpnonce: nonce }, "multipart/form-data"],
      ["a profile", "/wp-admin/profile.php", { email: "evil@evil.test", action: "update", sessioncookie_link_own: "1" }],
      ["the plugin's settings", "/wp-admin/options.php", { option_page: "sessioncookie", action: "update", "sessioncookie_settings[privileged]": "1" }],
      ["the plugin's button", "/wp-admin/admin-post.php", { action: "sessioncookie_forge" }],
      ["a comment", "/wp-comments-post.php", { comment: "forged", comment_post_ID: "1" }],
      ["the logout endpoint", "/session/logout", { next: "/" }],
    ])
      await test(`${who}: another site cannot forge ${what}`, async () => {
        await arrive();
        assert.equal(await submit(page, path, fields, enctype), 403);
      });
    await test(`${who}: another site's scripts get nothing`, async () => {
      await arrive();
      await page.goto(`${EVIL}/attack.html`);
      const got = await page.evaluate(async ([site, token]) => {
        const tries = [
          ["/wp-json/wp/v2/posts", { method: "POST", mode: "no-cors", body: "title=forged&status=publish" }],
          ["/wp-json/wp/v2/posts", { method: "POST", headers: { "X-WP-Nonce": token, "Content-Type": "application/json" }, body: '{"title":"forged","status":"publish"}' }],
          ["/wp-json/wp/v2/posts?_method=POST&title=forged&status=publish", { mode: "no-cors" }],
          ["/?rest_route=/wp/v2/posts&_method=POST&title=forged&status=publish", { mode: "no-cors" }],
          ["/wp-json/wp/v2/users/me?context=edit", {}],
          ["/wp-admin/admin-ajax.php", { method: "POST", mode: "no-cors", body: "action=sample-permalink" }],
        ];
        const answers = [];
        for (const [path, how] of tries)
          answers.push(await fetch(site + path, { credentials: "include", ...how }).then((answer) => (answer.type === "opaque" ? "opaque" : String(answer.status)), () => "nothing"));
        navigator.sendBeacon(`${site}/wp-admin/admin-ajax.php`, new URLSearchParams({ action: "wp-remove-post-lock" }));
        return answers;
      }, [SITE, nonce]);
      // WordPress lets every origin read its REST API, as whom a nonce says.
      assert.deepEqual(got, ["opaque", "nothing", "opaque", "opaque", "401", "opaque"]);
    });
    await test(`${who}: links of another site write nothing`, async () => {
      await arrive();
      for (const path of ["/?rest_route=/wp/v2/posts&_method=POST&title=forged&status=publish", "/wp-json/wp/v2/posts?_method=POST&title=forged&status=publish"]) {
        await page.goto(`${EVIL}/attack.html`);
        const [answer] = await Promise.all([page.waitForNavigation(), page.evaluate((url) => { location.href = url; }, SITE + path)]);
        assert.ok([401, 403].includes(answer.status()), `${answer.status()}`);
      }
    });
  }
  await test("nothing got in", () => {
    assert.equal(posts(), before);
    assert.equal(inside("return get_comments(array('search' => 'forged', 'count' => true));"), 0);
    assert.equal(inside("return get_user_by('login', 'victim')->user_email;"), "");
    assert.equal(inside("return Sessioncookie_Settings::get('privileged');"), false);
  });
  await test("the page of examples/xsrf can do nothing either", async () => {
    await context.clearCookies();
    await context.addCookies(wordpress);
    await page.goto(`${EVIL}/index.html?${SITE}/wp-json/wp/v2/posts/`);
    await page.getByText("sent; the answer is opaque").waitFor();
    for (let i = 0; i < 100 && (log("access.log").match(/^POST \/wp-json\/wp\/v2\/posts\/post\.php 403 foreign-origin/mg) ?? []).length < 3; i++) await page.waitForTimeout(50);
    assert.ok(log("access.log").match(/^POST \/wp-json\/wp\/v2\/posts\/post\.php 403 foreign-origin/mg).length >= 3);
    assert.equal(posts(), before);
  });
  await test("the victim's own page still writes", async () => {
    await page.goto(`${SITE}/wp-admin/post-new.php`);
    await page.waitForFunction(() => window.wp?.apiFetch?.nonceMiddleware?.nonce);
    const status = await page.evaluate(() => window.wp.apiFetch({ path: "/wp/v2/posts", method: "POST", data: { title: "mine", status: "publish" } }).then(({ status: is }) => is));
    assert.equal(status, "publish");
    assert.equal(inside("return count(get_posts(array('s' => 'mine')));"), 1);
  });
  await context.close();
}
