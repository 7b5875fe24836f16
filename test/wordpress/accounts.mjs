// SPDX-License-Identifier: Apache-2.0
// Which account belongs to a user of the application, and what it may do.
import assert from "node:assert/strict";
import { test } from "../browser/browser.mjs";
import { Visitor, inside, php, settings } from "./http.mjs";

// What WordPress knows of an account.
const account = (login) => inside(`$u = get_user_by('login', ${php(login)}); return $u ? array('id' => $u->ID, 'email' => $u->user_email,
  'name' => $u->display_name, 'roles' => array_values($u->roles), 'link' => Sessioncookie_Accounts::link_of($u->ID)) : null;`);

const visit = async (user, more) => (await new Visitor().logIn(user, more)).name();
const link = (login, user) => inside(`return Sessioncookie_Accounts::link(username_exists(${php(login)}), 'cookie:session', ${php(user)});`);
const role = async (user, more) => account(await visit(user, more))?.roles;

export async function accounts() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  await test("an existing name is not taken over", async () => {
    settings({ create: true });
    assert.equal(await visit("boss"), "boss-2");
    assert.equal(await visit("second"), "second-2");
    assert.equal(await visit("boss"), "boss-2");
    assert.deepEqual(account("boss-2").roles, ["subscriber"]);
  });
  await test("nor by a name that WordPress makes the same of", async () => {
    assert.equal(await visit("b<i></i>oss"), "boss-3");
    assert.equal(await visit("Bóss"), "Boss-4");
    assert.equal(await visit(" boss "), "boss-5");
    assert.equal(await visit("boss%00"), "boss-6");
  });
  await test("nor by a name that is somebody's address", async () => {
    assert.equal(await visit("boss@example.org"), "boss@example.org-2");
  });
  await test("a name of which WordPress leaves nothing gets another", async () => {
    const name = await visit("Жанна");
    assert.match(name, /^user-[0-9a-f]{12}$/);
    assert.equal(await visit("Жанна"), name);
    assert.notEqual(await visit("日本"), name);
    assert.equal(account(name).name, "Жанна");
  });
  await test("two names of 200 characters that begin alike are two accounts", async () => {
    const [one, two] = [await visit("x".repeat(200)), await visit(`${"x".repeat(199)}y`)];
    assert.equal(one, "x".repeat(60));
    assert.equal(two, `${"x".repeat(58)}-2`);
  });
  await test("ten requests at once make one account", async () => {
    const visitors = await Promise.all(Array.from({ length: 10 }, () => new Visitor().logIn("many")));
    const names = await Promise.all(visitors.map((visitor) => visitor.name()));
    assert.deepEqual(new Set(names), new Set(["many"]));
    assert.equal(inside(`global $wpdb; return (int) $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->users WHERE user_login LIKE 'many%'");`), 1);
    assert.equal(inside(`global $wpdb; return (int) $wpdb->get_var($wpdb->prepare("SELECT COUNT(*) FROM $wpdb->usermeta WHERE meta_key = %s", Sessioncookie_Accounts::key('cookie:session', 'many')));`), 1);
  });
  await test("name and address come from the members that are named, and follow them", async () => {
    settings({ create: true, name_member: "nick", display_member: "/profile/name", email_member: "mail" });
    assert.equal(await visit("u1", { nick: "Nick", profile: { name: "Nick <b>N.</b>" }, mail: "nick@example.org" }), "Nick");
    assert.deepEqual((({ email, name }) => ({ email, name }))(account("Nick")), { email: "nick@example.org", name: "Nick N." });
    assert.equal(await visit("u1", { nick: "Other", profile: { name: "Nicholas" }, mail: "n@example.org" }), "Nick");
    assert.deepEqual((({ email, name }) => ({ email, name }))(account("Nick")), { email: "n@example.org", name: "Nicholas" });
  });
  for (const [what, mail] of Object.entries({ "somebody else's": "boss@example.org", "no address": "nick", "two": "a@example.org,b@example.org", "a list": ["a@example.org"] }))
    await test(`an address that is ${what} is not taken`, async () => {
      const name = await visit(`mail of ${what}`, { mail, nick: `mail-${what.length}` });
      assert.equal(account(name).email, "");
      await visit("u1", { mail });
      assert.equal(account("Nick").email, "n@example.org");
    });

  await test("the table gives roles, the first row that fits", async () => {
    settings({ create: true, role_member: "roles", roles: [{ value: "writer", role: "author" }, { value: "7", role: "contributor" }, { value: "true", role: "editor" }] });
    assert.deepEqual(await role("r1", { roles: ["x", "writer"] }), ["author"]);
    assert.deepEqual(await role("r2", { roles: "writer" }), ["author"]);
    assert.deepEqual(await role("r3", { roles: [7, "writer"] }), ["author"]);
    assert.deepEqual(await role("r4", { roles: 7 }), ["contributor"]);
    assert.deepEqual(await role("r5", { roles: true }), ["editor"]);
    assert.deepEqual(await role("r6", { roles: "writer,editor" }), ["subscriber"]);
    assert.deepEqual(await role("r7", { roles: { writer: "x" } }), ["subscriber"]);
    assert.deepEqual(await role("r8", { roles: null }), ["subscriber"]);
  });
  await test("a role that the session no longer has is gone with the next request", async () => {
    const visitor = await new Visitor().logIn("r9", { roles: "true" });
    await visitor.logIn("r9", { roles: ["writer"] });
    await visitor.name();
    assert.deepEqual(account("r9").roles, ["author"]);
    const cookie = [...visitor.cookies].find(([name]) => name.startsWith("wordpress_logged_in"))[1];
    await visitor.logIn("r9", { roles: [] });
    assert.equal((await visitor.ask("/wp-admin/edit.php")).status, 403);
    assert.deepEqual(account("r9").roles, ["subscriber"]);
    assert.equal([...visitor.cookies].find(([name]) => name.startsWith("wordpress_logged_in"))[1], cookie);
  });
  await test("who gets no role any more is out", async () => {
    settings({ create: true, role_member: "roles", default_role: "", roles: [{ value: "writer", role: "author" }] });
    const visitor = await new Visitor().logIn("r1", { roles: "writer" });
    assert.equal(await visitor.name(), "r1");
    await visitor.logIn("r1", { roles: [] });
    assert.equal(await visitor.name(), "nobody");
  });
  await test("administrators and whoever can promote are in no table", async () => {
    inside(`add_role('shopkeeper', 'Shopkeeper', array('read' => true, 'edit_users' => true)); return 1;`);
    settings({ create: true, role_member: "roles", roles: [{ value: "a", role: "administrator" }, { value: "b", role: "shopkeeper" }, { value: "c", role: "nothing" }] });
    assert.deepEqual(inside("return get_option('sessioncookie_settings')['roles'];"), []);
    assert.deepEqual(await role("p1", { roles: ["a", "b", "c"] }), ["subscriber"]);
  });
  await test("a role that learned to promote after it was entered is not given", async () => {
    inside("add_role('helper', 'Helper', array('read' => true)); return 1;");
    settings({ create: true, role_member: "roles", roles: [{ value: "h", role: "helper" }] });
    assert.deepEqual(await role("p2", { roles: "h" }), ["helper"]);
    inside("get_role('helper')->add_cap('promote_users'); return 1;");
    assert.equal(await visit("p2", { roles: "h" }), "nobody");
    assert.equal(await visit("p3", { roles: "h" }), "nobody");
  });
  await test("a table that was written into the database by force gives no administrator", async () => {
    inside("$s = get_option('sessioncookie_settings'); $s['roles'] = array(array('value' => 'a', 'role' => 'administrator')); $s['default_role'] = 'administrator'; remove_all_filters('sanitize_option_sessioncookie_settings'); update_option('sessioncookie_settings', $s); return 1;");
    assert.equal(await visit("p4", { roles: "a" }), "nobody");
    assert.equal(await visit("p5"), "nobody");
    settings({ create: true });
  });
  await test("roles of a linked account are its own", async () => {
    settings({ role_member: "roles", roles: [{ value: "writer", role: "author" }] });
    assert.equal(link("second", "s1"), true);
    assert.equal(await visit("s1", { roles: "writer" }), "second");
    assert.deepEqual(account("second").roles, ["editor"]);
    inside("Sessioncookie_Accounts::unlink(username_exists('second')); return 1;");
    settings({ create: true });
  });
  await test("a linked administrator needs the switch for it", async () => {
    settings({});
    assert.equal(link("boss", "b1"), true);
    assert.equal(await visit("b1"), "nobody");
    settings({ privileged: true });
    const boss = await new Visitor().logIn("b1");
    assert.equal(await boss.name(), "boss");
    settings({});
    assert.equal(await boss.name(), "nobody");
    inside("Sessioncookie_Accounts::unlink(username_exists('boss')); return 1;");
  });
  await test("a user of the application has one account", () => {
    assert.equal(link("second", "s2"), true);
    assert.equal(link("boss", "s2"), false);
    assert.equal(account("boss").link, null);
    inside("Sessioncookie_Accounts::unlink(username_exists('second')); return 1;");
  });
  await test("user 7 of another source is somebody else", () => {
    assert.equal(inside("return Sessioncookie_Accounts::find('cookie:other', 'many');"), 0);
    assert.notEqual(inside("return Sessioncookie_Accounts::find('cookie:session', 'many');"), 0);
  });

  await test("no password opens an account that the plugin made", async () => {
    inside("wp_set_password('a password', username_exists('many')); return 1;");
    const visitor = new Visitor();
    const answer = await visitor.password("many", "a password");
    assert.match(answer.text, /This account has no password here/);
    assert.equal(await visitor.name(), "nobody");
    assert.match((await visitor.post("/wp-login.php?action=lostpassword", { user_login: "many" })).text, /Password reset is not allowed/);
    assert.equal(inside("return wp_is_application_passwords_available_for_user(username_exists('many'));"), false);
    assert.equal(inside("return is_wp_error(wp_authenticate('many', 'a password'));"), true);
  });
  await test("a linked account keeps its own", () => {
    assert.equal(link("second", "s1"), true);
    assert.equal(inside("return is_wp_error(wp_authenticate('second', 'second password'));"), false);
    inside("Sessioncookie_Accounts::unlink(username_exists('second')); return 1;");
  });
}
