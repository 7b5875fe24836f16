// SPDX-License-Identifier: Apache-2.0
// Started by run.t. Both sites at once: much of the time goes by while tokens grow too old.
import { attacks } from "./attacks.mjs";
import { close, open, visitors } from "./browser.mjs";
import { handoff } from "./handoff.mjs";
import { own } from "./own.mjs";
import { script } from "./script.mjs";
import { sites } from "./sites.mjs";
import { status } from "./status.mjs";
import { wild } from "./wild.mjs";

async function visit(site) {
  const it = visitors(site.how);
  for (const part of [own, script, attacks, wild, handoff, status]) await part(site, it);
}

await open();
try {
  await Promise.all(sites.map(visit));
} finally {
  await close();
}
