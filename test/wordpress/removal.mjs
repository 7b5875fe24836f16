// SPDX-License-Identifier: Apache-2.0
// The plugin is upgraded, switched off, uninstalled; and used in a network of sites.
import assert from "node:assert/strict";
import { test } from "../browser/browser.mjs";
import { Visitor, inside, settings } from "./http.mjs";

const trace = `global $wpdb; return array_map('intval', array(
  $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->options WHERE option_name LIKE '%sessioncookie%' AND option_name NOT IN ('active_plugins', 'cron', 'recently_activated')"),
  $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->usermeta WHERE meta_key LIKE '%sessioncookie%' OR meta_value LIKE '%sessioncookie%'"),
  $wpdb->get_var("SELECT COUNT(*) FROM $wpdb->users WHERE user_login = 'leaver'")));`;

export async function removal() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  await test("settings of an older version lack nothing: what is missing has its safe default", async () => {
    inside("remove_all_filters('sanitize_option_sessioncookie_settings'); update_option('sessioncookie_settings', array('sign_in' => true, 'sources' => array('cookie:session'))); return 1;");
    assert.equal(await (await new Visitor().logIn("leaver")).name(), "nobody");
    assert.equal(inside("return Sessioncookie_Settings::get('privileged');"), false);
    inside("update_option('sessioncookie_settings', 'broken'); return 1;");
    assert.equal(await (await new Visitor().logIn("leaver")).name(), "nobody");
  });
  await test("switched off, the sessions that it made are gone, others are not", async () => {
    settings({ create: true });
    const visitor = await new Visitor().logIn("leaver");
    assert.equal(await visitor.name(), "leaver");
    const boss = new Visitor();
    await boss.password("boss", "boss password");
    inside("deactivate_plugins('sessioncookie/sessioncookie.php'); return 1;");
    assert.equal(await visitor.name(), "nobody");
    assert.equal(await boss.name(), "boss");
    inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
    assert.equal(await visitor.name(), "leaver");
  });
  await test("uninstalled, it leaves nothing but the accounts", async () => {
    const visitor = await new Visitor().logIn("leaver");
    await visitor.name();
    inside("set_transient('sessioncookie_forge1', array('error' => 'x'), 60); return 1;");
    assert.ok(inside(trace).every((count) => count > 0));
    assert.equal(inside("deactivate_plugins('sessioncookie/sessioncookie.php'); return delete_plugins(array('sessioncookie/sessioncookie.php'));"), true);
    assert.deepEqual(inside(trace), [0, 0, 1]);
    assert.equal(await visitor.name(), "nobody");
  });
}
