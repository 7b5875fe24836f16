// SPDX-License-Identifier: Apache-2.0
// PHPUnit, with the plugin inside the real WordPress: alone, and as the second site of a network.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "../browser/browser.mjs";
import { RUN, inside } from "./http.mjs";

function run(name, env) {
  const report = join(RUN, "tmp", `${name}.xml`);
  const [program, ...args] = [...process.env.AS_USER.split(" "), "phpunit", "--do-not-cache-result", "--bootstrap", join(RUN, "unit/bootstrap.php"), "--log-junit", report, join(RUN, "unit")];
  const { stdout } = spawnSync(program, args, { encoding: "utf8", cwd: RUN, env: { ...process.env, TMPDIR: join(RUN, "tmp"), ...env } });
  let xml = "";
  try { xml = readFileSync(report, "utf8"); } catch { /* it did not come that far */ }
  const cases = [...xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>([\s\S]*?)<\/testcase>)/g)];
  return { cases, stdout };
}

export async function phpunit() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); return 1;");
  for (const [name, env] of [["PHPUnit", {}], ["PHPUnit in a network", { WP_NETWORK: "1" }]]) {
    if (env.WP_NETWORK) inside(readFileSync(join(process.env.TOP, "test/wordpress/network.php"), "utf8").replace("<?php", ""), { WP_NETWORK: "install" });
    const { cases, stdout } = run(name.replaceAll(" ", "-"), env);
    await test(`${name} runs its tests`, () => assert.ok(cases.length >= 20, stdout));
    for (const [, title, said] of cases)
      await test(`${name}: ${title.replace(/^test_?/, "").replaceAll("_", " ").replaceAll("&quot;", '"')}`, () => assert.ok(!said || !/<(failure|error)/.test(said), said));
  }
}
