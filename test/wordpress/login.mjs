// SPDX-License-Identifier: Apache-2.0
// Who is logged in at the application is logged in at WordPress: when, for how long, and when not.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "../browser/browser.mjs";
import { FORM, NAVIGATION, OFF, RUN, SCRIPT, SITE, Visitor, inside, php, settings } from "./http.mjs";

// How many WordPress sessions an account has.
export const sessions = (name) => inside(`$u = get_user_by('login', ${php(name)}); return $u ? count(WP_Session_Tokens::get_instance($u->ID)->get_all()) : -1;`);

// A session of Flask's as it was `age` seconds ago.
function sealed(session, age, key = `file:${join(RUN, "secret_key")}`) {
  const now = Math.floor(Date.now() / 1000) - age;
  const run = spawnSync(join(process.env.BUILD, "sessioncookie"),
    ["encode", "--format", "flask", "--key", `k=${key}`, "--now", String(now), JSON.stringify(session)], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout.trim();
}

const isWordPress = ([name]) => name.startsWith("wordpress_");

// Who has only the cookies of one of both.
function only(visitor, wordpress) {
  const other = new Visitor();
  other.cookies = new Map([...visitor.cookies].filter((cookie) => isWordPress(cookie) === wordpress));
  return other;
}

async function restNonce(visitor) {
  return /createNonceMiddleware\( "([0-9a-f]+)"/.exec((await visitor.ask("/wp-admin/post-new.php")).text)?.[1];
}

export async function login() {
  await test("a fresh install signs nobody in", async () => {
    assert.equal(inside("return activate_plugin('sessioncookie/sessioncookie.php');"), null);
    const visitor = await new Visitor().logIn("anna");
    assert.equal(await visitor.name(), "nobody");
    assert.equal(inside("return count_users()['total_users'];"), 2);
  });
  for (const [what, changed] of [
    ["accounts are made on demand, but signing in is off", { create: true, sign_in: false }],
    ["no source is accepted", { create: true, sources: [] }],
    ["another source is accepted", { create: true, sources: ["cookie:other"] }],
    ["there is no account", {}],
    ["no role is given", { create: true, default_role: "" }],
    ["the role given is the administrator's", { create: true, default_role: "administrator" }],
  ])
    await test(`nobody is signed in where ${what}`, async () => {
      settings(changed);
      assert.equal(await (await new Visitor().logIn("anna")).name(), "nobody");
      assert.equal(inside("return username_exists('anna');"), false);
    });

  settings({ create: true });
  await test("a page signs in: cookies, administration and nonces are WordPress' own", async () => {
    const anna = await new Visitor().logIn("anna");
    const first = await anna.ask("/members/");
    assert.match(first.text, /class="who">user anna</);
    assert.match(first.headers["cache-control"], /no-cache/);
    assert.ok(first.set.some((line) => /^wordpress_logged_in_[^;]*; path=\/; HttpOnly/.test(line)), first.set.join());
    assert.equal(await anna.name(), "anna");
    assert.equal((await anna.ask("/wp-admin/profile.php")).status, 200);
    assert.equal(sessions("anna"), 1);
  });
  await test("wp-admin opens at once, without a circle", async () => {
    const anna = await new Visitor().logIn("anna");
    assert.equal((await anna.ask("/wp-admin/profile.php")).status, 200);
    assert.equal((await anna.ask("/wp-admin/profile.php")).status, 200);
  });
  await test("the login form is skipped, reauth or not, and makes one session", async () => {
    for (const reauth of ["", "&reauth=1"]) {
      const anna = await new Visitor().logIn("anna");
      const before = sessions("anna");
      const answer = await anna.ask(`/wp-login.php?redirect_to=${encodeURIComponent(`${SITE}/wp-admin/profile.php`)}${reauth}`);
      assert.equal(answer.location, `${SITE}/wp-admin/profile.php`);
      assert.equal((await anna.ask(answer.location)).status, 200);
      assert.equal(sessions("anna"), before + 1);
    }
  });
  await test("it does not send the visitor to another site", async () => {
    const anna = await new Visitor().logIn("anna");
    for (const to of ["https://evil.test/", "//evil.test/", "/\\evil.test"])
      assert.equal(new URL((await anna.ask(`/wp-login.php?redirect_to=${encodeURIComponent(to)}`)).location, SITE).origin, SITE);
  });
  await test("a page that asks a known visitor for his password shows the form", async () => {
    const anna = await new Visitor().logIn("anna");
    await anna.name();
    assert.match((await anna.ask("/wp-login.php?reauth=1")).text, /id="loginform"/);
  });

  // Each is sent with the application's session alone.
  const requests = {
    "a POST": { method: "POST", headers: FORM },
    "a request of a script": { headers: SCRIPT },
    "a request that wants JSON": { headers: { Accept: "application/json" } },
    "an XMLHttpRequest": { headers: { "X-Requested-With": "XMLHttpRequest" } },
    "a HEAD": { method: "HEAD" },
  };
  for (const [what, how] of Object.entries(requests))
    await test(`${what} signs nobody in`, async () => {
      const anna = await new Visitor().logIn("anna");
      const before = sessions("anna");
      const answer = await anna.ask("/members/", { ...how, headers: { ...how.headers, ...anna.token() } });
      assert.doesNotMatch(answer.text, /user anna/);
      assert.equal(answer.set.filter((line) => line.startsWith("wordpress_")).length, 0);
      assert.equal(sessions("anna"), before);
    });
  for (const path of ["/wp-json/wp/v2/users/me?context=edit", "/?rest_route=/wp/v2/users/me", "/index.php?rest_route=/wp/v2/users/me&_method=POST",
    "/wp-json/wp/v2/posts?_method=POST&title=forged&status=publish&content=forged", "/index.php/wp-json/wp/v2/users/me",
    "/%77p-json/wp/v2/users/me", `${SITE}//wp-json/wp/v2/users/me`, "/wp-json/../wp-json/wp/v2/users/me", "/x/../wp-json/wp/v2/users/me", "/wp-admin/admin-ajax.php?action=heartbeat"])
    await test(`${path.replace(SITE, "")} signs nobody in`, async () => {
      const answer = await (await new Visitor().logIn("anna")).ask(path);
      assert.doesNotMatch(answer.text, /"(?:username|name|slug)":"anna"|user anna/);
      assert.equal(answer.set.filter((line) => line.startsWith("wordpress_")).length, 0);
    });
  await test("no REST request gets in without a nonce, with one it does", async () => {
    settings({ create: true, default_role: "author" });
    const anna = await new Visitor().logIn("zoe");
    const nonce = await restNonce(anna);
    const body = new URLSearchParams({ title: "written", content: "by REST", status: "publish" }).toString();
    const headers = { ...SCRIPT, ...anna.token(), "Content-Type": "application/x-www-form-urlencoded" };
    for (const who of [anna, only(anna, false)]) {
      who.cookies.set("xsrf-visitor", anna.cookies.get("xsrf-visitor"));
      assert.equal((await who.ask("/wp-json/wp/v2/posts", { method: "POST", headers, body })).status, 401);
      assert.equal((await who.ask("/wp-json/wp/v2/posts", { method: "POST", headers: { ...headers, "X-WP-Nonce": "0123456789" }, body })).status, 403);
    }
    assert.equal((await only(anna, false).ask("/wp-json/wp/v2/posts", { method: "POST", headers: { ...headers, "X-WP-Nonce": nonce }, body })).status, 403);
    assert.equal((await anna.ask("/wp-json/wp/v2/posts", { method: "POST", headers: { ...headers, "X-WP-Nonce": nonce }, body })).status, 201);
    assert.equal(inside("return count(get_posts(array('author' => username_exists('zoe'))));"), 1);
    settings({ create: true });
  });

  const ends = {
    "the application's session ends": (anna) => anna.logOut(),
    "its cookie is not sent": (anna) => { anna.cookies.delete("session"); },
    "its cookie is forged": (anna) => { anna.cookies.set("session", `${anna.cookies.get("session").slice(0, -3)}AAA`); },
    "another key sealed it": (anna) => { anna.cookies.set("session", sealed({ user_id: "anna" }, 0, "text:another secret of the attacker's")); },
    "it expires": (anna) => { anna.cookies.set("session", sealed({ user_id: "anna" }, 32 * 86400)); },
    "it is an older one": (anna) => { anna.cookies.set("session", sealed({ user_id: "anna" }, 3600)); },
    "it has no user any more": (anna) => { anna.cookies.set("session", sealed({ cart: [] }, 0)); },
    "its user is another's": (anna) => { anna.cookies.set("session", sealed({ user_id: "zoe" }, 0)); },
    "signing in is switched off": () => settings({ create: true, sign_in: false }),
    "its source is not accepted any more": () => settings({ create: true, sources: [] }),
    "the account is unlinked": () => inside("Sessioncookie_Accounts::unlink(username_exists('anna')); return 1;"),
    "the account is promoted": () => inside("(new WP_User(username_exists('anna')))->set_role('administrator'); return 1;"),
  };
  for (const [when, end] of Object.entries(ends))
    await test(`the WordPress session ends when ${when}`, async () => {
      settings({ create: true, default_role: "author" });
      inside("wp_delete_user((int) username_exists('anna')); return 1;");
      const anna = await new Visitor().logIn("anna");
      await anna.name();
      assert.equal(sessions("anna"), 1);
      const nonce = await restNonce(anna);
      assert.equal((await anna.ask("/wp-json/wp/v2/users/me", { headers: { ...SCRIPT, "X-WP-Nonce": nonce } })).status, 200);
      await end(anna);
      // A script's request: it cannot begin a new session, so what it may is what is left of the old one.
      const answer = await anna.ask("/wp-json/wp/v2/users/me", { headers: { ...SCRIPT, "X-WP-Nonce": nonce } });
      assert.ok([401, 403].includes(answer.status), `${answer.status}`);
      assert.equal(sessions("anna"), 0);
      assert.equal([...anna.cookies.keys()].filter((name) => name.startsWith("wordpress_logged_in")).length, 0);
    });
  await test("the WordPress session ends when the application's is revoked, without a word of its cookie", async () => {
    settings({ create: true });
    const rita = await new Visitor().logIn("rita");
    assert.equal(await rita.name(), "rita");
    const run = spawnSync(join(process.env.BUILD, "sessioncookie"), ["revoke", "add", join(RUN, "revoked"), "user", "cookie:session", "rita"], { encoding: "utf8" });
    assert.equal(run.status, 0, run.stderr);
    const end = Date.now() + 30_000;
    let name;
    do name = await rita.name(); while (name !== "nobody" && Date.now() < end);
    assert.equal(name, "nobody");
    assert.equal(sessions("rita"), 0);
  });
  await test("and with the same browser another user gets an account of his own", async () => {
    settings({ create: true });
    const visitor = await new Visitor().logIn("anna");
    await visitor.name();
    await visitor.logIn("yan");
    assert.equal(await visitor.name(), "yan");
    assert.equal((await visitor.ask("/wp-admin/profile.php")).status, 200);
  });
  await test("a renewed session of the same user changes nothing", async () => {
    const anna = await new Visitor().logIn("yan");
    await anna.name();
    const cookie = [...anna.cookies].find(isWordPress)[1];
    for (const age of [0, 60]) {
      anna.cookies.set("session", sealed({ user_id: "yan", more: "things" }, age));
      assert.equal(await anna.name(), "yan");
      assert.equal([...anna.cookies].find(isWordPress)[1], cookie);
    }
  });
  await test("the WordPress cookie alone is worth nothing", async () => {
    const yan = await new Visitor().logIn("yan");
    await yan.name();
    assert.equal(await only(yan, true).name(), "nobody");
  });
  await test("where httpd says nothing of a session, nobody is let in by one", async () => {
    const yan = await new Visitor().logIn("yan");
    await yan.name();
    const before = sessions("yan");
    const answer = await yan.ask(`${OFF}/wp-admin/profile.php`);
    assert.match(answer.location, /wp-login\.php/);
    assert.equal(sessions("yan"), before - 1);
  });
  await test("headers of a client are not taken for httpd's variables", async () => {
    const headers = { ...NAVIGATION };
    for (const [name, value] of Object.entries({ STATUS: "ok", USER: "yan", SOURCE: "cookie:session" }))
      for (const spelling of [`COOKIESESSION_${name}`, `Cookiesession-${name}`, `Redirect-Cookiesession-${name}`]) headers[spelling] = value;
    for (const at of [SITE, OFF]) assert.equal((await new Visitor().ask(`${at}/wp-admin/profile.php`, { headers })).status, 302);
  });
  await test("a user has at most 20 tied sessions, and a client without cookies makes no more", async () => {
    const yan = await new Visitor().logIn("yan");
    for (let i = 0; i < 22; i++) await only(yan, false).ask("/wp-login.php");
    assert.equal(sessions("yan"), 20);
  });
  await test("a session that has lived for half of its time is prolonged under the same token", async () => {
    const yan = await new Visitor().logIn("yan");
    await yan.name();
    const token = (visitor) => decodeURIComponent([...visitor.cookies].find(([name]) => name.startsWith("wordpress_logged_in"))[1]).split("|");
    const before = token(yan);
    inside(`$m = WP_Session_Tokens::get_instance(username_exists('yan')); $s = $m->get(${php(before[2])});
      $s['expiration'] = time() + 3600; $m->update(${php(before[2])}, $s); return 1;`);
    assert.equal(await yan.name(), "yan");
    const after = token(yan);
    assert.equal(after[2], before[2]);
    assert.ok(inside(`return WP_Session_Tokens::get_instance(username_exists('yan'))->get(${php(before[2])})['expiration'];`) > Date.now() / 1000 + 86400);
  });

  await test("a local administrator keeps his password, whoever he is at the application", async () => {
    const boss = await new Visitor().logIn("yan");
    await boss.name();
    await boss.ask("/wp-login.php?reauth=1");
    await boss.password("boss", "boss password");
    assert.equal(await boss.name(), "boss");
    await boss.logOut();
    assert.equal(await boss.name(), "boss");
    await boss.logIn("anna");
    assert.equal(await boss.name(), "boss");
  });
  await test("the password form is there without the application", async () => {
    const boss = new Visitor();
    settings({ create: true, login_page: true });
    await boss.password("boss", "boss password");
    assert.equal(await boss.name(), "boss");
    settings({ create: true });
  });

  // Logging in and out.
  const out = (text) => /href="([^"]*action=logout[^"]*)"/.exec(text)[1].replaceAll("&amp;", "&").replaceAll("&#038;", "&");
  await test("logging out of WordPress alone does not sign straight in again, and one click does", async () => {
    const yan = await new Visitor().logIn("yan");
    const answer = await yan.ask(out((await yan.ask("/members/")).text));
    assert.equal(answer.status, 302);
    assert.equal(await yan.name(), "nobody");
    const form = await yan.ask("/wp-login.php?redirect_to=%2Fmembers%2F");
    assert.match(form.text, /id="loginform"/);
    const again = /href="([^"]*sessioncookie=continue[^"]*)">Continue as yan</.exec(form.text)[1].replaceAll("&#038;", "&").replaceAll("&amp;", "&");
    await yan.open(again);
    assert.equal(await yan.name(), "yan");
  });
  await test("who logs in as another afterwards is signed in at once", async () => {
    const visitor = await new Visitor().logIn("yan");
    await visitor.ask(out((await visitor.ask("/members/")).text));
    await visitor.logIn("zoe");
    assert.equal(await visitor.name(), "zoe");
  });
  await test("logging out of WordPress ends the application's session, where that is wanted", async () => {
    settings({ create: true, logout: true });
    const yan = await new Visitor().logIn("yan");
    const page = await yan.open(out((await yan.ask("/members/")).text));
    const [, action] = /<form id="sessioncookie-logout" method="post" action="([^"]*)" data-send="1">/.exec(page.text);
    const fields = Object.fromEntries([...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [name, value.replaceAll("&amp;", "&").replaceAll("&#038;", "&")]));
    assert.equal(action, "/session/logout");
    const answer = await yan.post(action, fields);
    assert.equal(answer.status, 303);
    assert.match(answer.location, /\/wp-login\.php\?loggedout=true/);
    assert.match((await yan.ask("/app/")).text, /<h1>Log in/);
    assert.equal(await yan.name(), "nobody");
    await yan.logIn("yan");
    assert.equal(await yan.name(), "yan");
  });
  await test("another site cannot have that form sent", async () => {
    const yan = await new Visitor().logIn("yan");
    assert.doesNotMatch((await yan.ask("/wp-login.php?action=sessioncookie_logout")).text, /data-send/);
  });
  await test("a local administrator's logging out leaves the application alone", async () => {
    const boss = new Visitor();
    await boss.password("boss", "boss password");
    await boss.logIn("yan");
    const answer = await boss.ask(out((await boss.ask("/members/")).text));
    assert.doesNotMatch(answer.location, /sessioncookie_logout/);
    assert.match((await boss.ask("/app/")).text, /Hello yan/);
  });
  await test("logging in goes to the application and back", async () => {
    settings({ create: true, login_page: true });
    const yan = new Visitor();
    const asked = await yan.ask("/wp-admin/profile.php");
    assert.equal(asked.location, `${SITE}/app/login?next=%2Fwp-admin%2Fprofile.php`);
    await yan.ask(asked.location);
    const back = await yan.post(asked.location.slice(SITE.length), { name: "yan" });
    assert.equal(back.location, "/wp-admin/profile.php");
    assert.equal((await yan.ask(back.location)).status, 200);
  });
  await test("where that cannot help, the password form says why", async () => {
    settings({ login_page: true });
    const visitor = await new Visitor().logIn("nobody <here>");
    const asked = await visitor.ask("/wp-admin/");
    assert.match(asked.location, /\/wp-login\.php\?/);
    assert.match((await visitor.ask(asked.location)).text, /as nobody &lt;here&gt;, but no account here/);
    visitor.cookies.set("session", sealed({ user_id: "yan" }, 0, "text:another secret of the attacker's"));
    assert.match((await visitor.ask("/wp-admin/")).location, /\/wp-login\.php\?/);
    settings({ create: true });
  });
  await test("nothing was written into the log of PHP", async () => {
    const lines = (await import("./http.mjs")).log("debug.log").split("\n").filter((line) => /sessioncookie\/|Fatal/.test(line));
    assert.deepEqual(lines, []);
  });
}
