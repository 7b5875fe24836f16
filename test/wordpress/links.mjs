// SPDX-License-Identifier: Apache-2.0
// Existing accounts are linked by an administrator, or by their owner, who is logged in to both.
import assert from "node:assert/strict";
import { test } from "../browser/browser.mjs";
import { Visitor, inside, php, settings } from "./http.mjs";

const linked = (login) => inside(`$l = Sessioncookie_Accounts::link_of(username_exists(${php(login)})); return $l ? $l['user'] : null;`);
const unlink = (login) => inside(`Sessioncookie_Accounts::unlink(username_exists(${php(login)})); return 1;`);

// The fields of a page's form, as a browser would send them.
export function fields(html, start) {
  const form = html.slice(html.indexOf(start));
  const text = (value) => value.replaceAll("&amp;", "&").replaceAll("&#038;", "&").replaceAll("&#039;", "'").replaceAll("&quot;", '"');
  return Object.fromEntries([...form.slice(0, form.indexOf("</form>")).matchAll(/<input\b[^>]*>/g)]
    .map(([input]) => [/ name="([^"]*)"/.exec(input)?.[1] ?? / name='([^']*)'/.exec(input)?.[1], text(/ value="([^"]*)"/.exec(input)?.[1] ?? / value='([^']*)'/.exec(input)?.[1] ?? ""), /type=["'](checkbox|radio|submit|password|button)/.test(input) && !/checked/.test(input)])
    .filter(([name, , off]) => name && !off).map(([name, value]) => [name, value]));
}

const profile = async (visitor, path = "/wp-admin/profile.php") => {
  const { text } = await visitor.ask(path);
  return { text, fields: fields(text, '<form id="your-profile"') };
};

async function byPassword(name, application) {
  const visitor = new Visitor();
  await visitor.password(name, `${name} password`);
  if (application) await visitor.logIn(application);
  assert.equal(await visitor.name(), name);
  return visitor;
}

export async function links() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  unlink("second");
  await test("owners are not asked where the administrator does not want it", async () => {
    settings({});
    const second = await byPassword("second", "o1");
    const page = await profile(second);
    assert.doesNotMatch(page.text, /sessioncookie_link_own/);
    await second.post("/wp-admin/profile.php", { ...page.fields, sessioncookie_link_own: "1" });
    assert.equal(linked("second"), null);
  });
  await test("an owner who is logged in to both links his account, and logs in by the application from then on", async () => {
    settings({ owners_link: true });
    const second = await byPassword("second", "o1");
    const page = await profile(second);
    assert.match(page.text, /Link this account to o1/);
    const forged = await second.post("/wp-admin/profile.php", { ...page.fields, _wpnonce: "0123456789", sessioncookie_link_own: "1" });
    assert.equal(forged.status, 403);
    assert.equal(linked("second"), null);
    await second.post("/wp-admin/profile.php", { ...page.fields, sessioncookie_link_own: "1" });
    assert.equal(linked("second"), "o1");
    assert.equal(await (await new Visitor().logIn("o1")).name(), "second");
  });
  await test("who came by a link cannot make another one", async () => {
    const visitor = await new Visitor().logIn("o1");
    const page = await profile(visitor);
    assert.match(page.text, /o1 \(cookie:session\), linked on/);
    await visitor.post("/wp-admin/profile.php", { ...page.fields, sessioncookie_link_own: "1", sessioncookie_user: "o2", sessioncookie_source: "cookie:session" });
    assert.equal(linked("second"), "o1");
  });
  await test("the owner unlinks it", async () => {
    const second = await byPassword("second", "o1");
    const page = await profile(second);
    await second.post("/wp-admin/profile.php", { ...page.fields, sessioncookie_unlink_own: "1" });
    assert.equal(linked("second"), null);
  });
  await test("nobody but an administrator chooses the user of the application", async () => {
    const second = await byPassword("second", "o1");
    const page = await profile(second);
    assert.doesNotMatch(page.text, /name="sessioncookie_user"/);
    await second.post("/wp-admin/profile.php", { ...page.fields, sessioncookie_user: "o3", sessioncookie_source: "cookie:session" });
    assert.equal(linked("second"), null);
  });
  await test("an administrator links, links elsewhere and unlinks", async () => {
    const boss = await byPassword("boss");
    const path = `/wp-admin/user-edit.php?user_id=${inside("return username_exists('second');")}`;
    for (const user of ["o4", "o5 <&\"'>", ""]) {
      const page = await profile(boss, path);
      const answer = await boss.post(path, { ...page.fields, role: "editor", sessioncookie_user: user, sessioncookie_source: "cookie:session" });
      assert.equal(answer.status, 302, answer.text);
      assert.equal(linked("second"), user || null);
    }
  });
  await test("not to a user who has an account, nor to a source that is not accepted", async () => {
    settings({ create: true });
    const other = await (await new Visitor().logIn("o6")).name();
    assert.equal(other, "o6");
    const boss = await byPassword("boss");
    const path = `/wp-admin/user-edit.php?user_id=${inside("return username_exists('second');")}`;
    for (const [user, source] of [["o6", "cookie:session"], ["o7", "cookie:other"]]) {
      const page = await profile(boss, path);
      const answer = await boss.post(path, { ...page.fields, role: "editor", sessioncookie_user: user, sessioncookie_source: source });
      assert.match(answer.text, /has another account here/);
      assert.equal(linked("second"), null);
    }
  });
}
