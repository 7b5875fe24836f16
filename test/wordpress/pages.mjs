// SPDX-License-Identifier: Apache-2.0
// The settings page, Site Health, the shortcode and the block, personal data, translations.
import assert from "node:assert/strict";
import { test } from "../browser/browser.mjs";
import { Visitor, inside, settings } from "./http.mjs";
import { fields } from "./links.mjs";

const PAGE = "/wp-admin/options-general.php?page=sessioncookie";
const stored = () => inside("return get_option('sessioncookie_settings');");

async function boss(application, more) {
  const visitor = new Visitor();
  await visitor.password("boss", "boss password");
  if (application) await visitor.logIn(application, more);
  return visitor;
}

export async function pages() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  await test("the page says what the module says, without secrets", async () => {
    settings({ sign_in: false });
    const { text } = await (await boss("p<1>", { csrf_token: "hush-1", _id: "hush-2", profile: { password: "hush-3", name: "Ann <b>" } })).ask(PAGE);
    for (const piece of ["cookie:session", "p&lt;1&gt;", "<code>flask</code>", "Ann &lt;b&gt;", "signing in is switched off below"]) assert.ok(text.includes(piece), piece);
    assert.doesNotMatch(text, /hush-|Ann <b>/);
  });
  for (const [what, changed, says] of [
    ["its source is not accepted", { sources: ["cookie:other"] }, /its source is not among those accepted/],
    ["there is no account", {}, /none is linked to its user/],
    ["an account would be made", { create: true }, /makes one with the role &quot;subscriber&quot;/],
    ["there is no role", { create: true, default_role: "" }, /the table of roles has none/],
  ])
    await test(`it says that ${what}`, async () => {
      settings(changed);
      assert.match((await (await boss("q2")).ask(PAGE)).text, says);
    });
  await test("nobody else sees it, nor saves settings, nor presses its button", async () => {
    const second = new Visitor();
    await second.password("second", "second password");
    assert.equal((await second.ask(PAGE)).status, 403);
    const page = await (await boss()).ask(PAGE);
    const before = stored();
    assert.ok((await second.post("/wp-admin/options.php", fields(page.text, 'action="' + process.env.SITE + '/wp-admin/options.php"'))).status >= 400);
    assert.equal((await second.post("/wp-admin/admin-post.php", { action: "sessioncookie_forge" })).status, 403);
    assert.deepEqual(stored(), before);
  });
  await test("the form saves what is allowed, and says what is not", async () => {
    settings({});
    const visitor = await boss("q3");
    const page = await visitor.ask(PAGE);
    const form = fields(page.text, `action="${process.env.SITE}/wp-admin/options.php"`);
    const sent = { ...form, "sessioncookie_settings[sources][]": "cookie:session", "sessioncookie_settings[sign_in]": "1", "sessioncookie_settings[role_member]": "/a~1b/roles",
      "sessioncookie_settings[roles][0][value]": "5 % <i>", "sessioncookie_settings[roles][0][role]": "editor", "sessioncookie_settings[roles][1][value]": "x", "sessioncookie_settings[roles][1][role]": "administrator",
      "sessioncookie_settings[default_role]": "author", "sessioncookie_settings[members]": "name\r\n/profile/name\r\ncsrf_token\r\nname", "sessioncookie_settings[evil]": "1" };
    assert.equal((await visitor.post("/wp-admin/options.php", { ...sent, _wpnonce: "0123456789" })).status, 403);
    assert.equal((await visitor.post("/wp-admin/options.php", sent)).status, 302);
    const now = stored();
    assert.deepEqual(now.sources, ["cookie:session"]);
    assert.deepEqual(now.roles, [{ value: "5 % <i>", role: "editor" }]);
    assert.deepEqual(now.members, ["name", "/profile/name"]);
    assert.equal(now.role_member, "/a~1b/roles");
    assert.equal(now.default_role, "author");
    assert.equal(now.create, false);
    assert.equal("evil" in now, false);
    const after = (await visitor.ask(`${PAGE}&settings-updated=true`)).text;
    assert.match(after, /value="5 % &lt;i&gt;"/);
    assert.match(after, /cannot be given by the application/);
    assert.match(after, /&quot;csrf_token&quot; looks like a secret|"csrf_token" looks like a secret/);
  });
  await test("the button sends a forged session, which is refused", async () => {
    const visitor = await boss("q4");
    const form = fields((await visitor.ask(PAGE)).text, `action="${process.env.SITE}/wp-admin/admin-post.php"`);
    const pressed = await visitor.post("/wp-admin/admin-post.php", form);
    assert.equal(pressed.status, 302);
    assert.match((await visitor.ask(pressed.location.replace(/#.*/, ""))).text, /forged session in cookie:session was refused: bad-signature/);
    assert.equal((await new Visitor().ask("/wp-admin/admin-ajax.php?action=sessioncookie_probe&proof=x")).status, 403);
  });
  await test("Site Health says what is wrong", async () => {
    settings({});
    const health = (set) => inside(`$r = new ReflectionMethod('Sessioncookie_Health', 'finding'); $r->setAccessible(true); return $r->invoke(null, Sessioncookie_Session::from(${set}))[0];`);
    assert.equal(health("array()"), "recommended");
    assert.equal(health("array('COOKIESESSION_STATUS' => 'bad-signature')"), "critical");
    assert.equal(health("array('COOKIESESSION_STATUS' => 'absent')"), "good");
    assert.equal(inside("require_once ABSPATH . 'wp-admin/includes/class-wp-site-health.php'; return isset(WP_Site_Health::get_tests()['direct']['sessioncookie']);"), true);
    settings({ privileged: true });
    assert.equal(health("array('COOKIESESSION_STATUS' => 'absent')"), "recommended");
    settings({ logout: true });
    assert.equal(health("array('COOKIESESSION_STATUS' => 'absent')"), "recommended");
    assert.match((await (await boss()).ask("/wp-admin/site-health.php")).text, /Site Health/);
  });

  await test("a shortcode shows a listed member, escaped, to its visitor alone", async () => {
    settings({ members: ["name", "roles"] });
    const visitor = await new Visitor().logIn("m1", { name: "<script>[session member=\"roles\"]&", roles: ["a", 2, true], csrf_token: "hush" });
    const answer = await visitor.ask("/members/");
    assert.match(answer.text, /Name &lt;script&gt;\[session member=&quot;roles&quot;\]&amp;, roles a, 2, true, token hidden\./);
    assert.doesNotMatch(answer.text, /hush/);
    assert.match(answer.headers["cache-control"], /no-cache.*private|private/);
    assert.match(answer.headers.vary, /Cookie/i);
    assert.match((await new Visitor().ask("/members/")).text, /Name , roles none, token hidden\./);
  });
  await test("without a list it shows none, and in a feed neither", async () => {
    const visitor = await new Visitor().logIn("m1", { name: "Ann" });
    assert.doesNotMatch((await visitor.ask("/members/feed/?withoutcomments=1")).text, /Name Ann/);
    settings({});
    assert.doesNotMatch((await visitor.ask("/members/")).text, /Name Ann/);
  });
  await test("page caches are told", () => {
    assert.equal(inside("do_shortcode('[session member=\"name\"]'); return defined('DONOTCACHEPAGE');"), true);
    assert.equal(inside("do_shortcode('nothing'); return defined('DONOTCACHEPAGE');"), false);
  });
  await test("the block shows the same", async () => {
    settings({ members: ["name"] });
    inside(`wp_insert_post(array('post_title' => 'Block', 'post_name' => 'block', 'post_type' => 'page', 'post_status' => 'publish',
      'post_content' => '<!-- wp:sessioncookie/member {"member":"name","fallback":"stranger"} /--><!-- wp:sessioncookie/member {"member":"csrf_token","fallback":"hidden"} /-->')); return 1;`);
    const visitor = await new Visitor().logIn("m2", { name: "Ann <i> [session member='name']", csrf_token: "hush" });
    const answer = await visitor.ask("/block/");
    assert.match(answer.text, /<p class="wp-block-sessioncookie-member">Ann &lt;i&gt; (?:\[|&#91;)session member=&#039;name&#039;(?:\]|&#93;)<\/p>\s*<p class="wp-block-sessioncookie-member">hidden<\/p>/);
    assert.match(answer.headers["cache-control"], /no-cache/);
    assert.match((await new Visitor().ask("/block/")).text, />stranger</);
  });
  await test("personal data is exported and erased", async () => {
    settings({ create: true, email_member: "mail" });
    await (await new Visitor().logIn("e1", { mail: "e1@example.org" })).name();
    assert.deepEqual(inside("$e = Sessioncookie_Privacy::export('e1@example.org'); return array_column($e['data'][0]['data'], 'value');").slice(0, 2), ["e1", "cookie:session"]);
    assert.equal(inside("return Sessioncookie_Privacy::erase('e1@example.org')['items_removed'];"), true);
    assert.deepEqual(inside("return Sessioncookie_Privacy::export('e1@example.org')['data'];"), []);
    assert.equal(inside("return get_user_meta(username_exists('e1'), 'session_tokens', true);"), "");
  });
  for (const [locale, word] of [["de_DE", "Was das Modul jetzt sagt"], ["fr_FR", "Ce que dit le module"]])
    await test(`it speaks ${locale}`, async () => {
      inside(`global $wpdb; $wpdb->update($wpdb->usermeta, array('meta_value' => '${locale}'), array('user_id' => 1, 'meta_key' => 'locale')); return 1;`);
      assert.ok((await (await boss("q5")).ask(PAGE)).text.includes(word));
      inside(`global $wpdb; $wpdb->update($wpdb->usermeta, array('meta_value' => ''), array('user_id' => 1, 'meta_key' => 'locale')); return 1;`);
    });
}
