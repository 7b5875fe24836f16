// SPDX-License-Identifier: Apache-2.0
// Started by run.t: all parts, or those that are named.
import { close, open } from "../browser/browser.mjs";
import { accounts } from "./accounts.mjs";
import { administrator } from "./administrator.mjs";
import { attacks } from "./attacks.mjs";
import { links } from "./links.mjs";
import { login } from "./login.mjs";
import { pages } from "./pages.mjs";
import { phpunit } from "./phpunit.mjs";
import { removal } from "./removal.mjs";
import { syntax } from "./syntax.mjs";

const parts = { syntax, login, accounts, links, pages, attacks, phpunit, administrator, removal };
const wanted = process.argv.slice(2);

await open();
try {
  for (const [name, part] of Object.entries(parts))
    if (!wanted.length || wanted.includes(name)) await part();
} finally {
  await close();
}
