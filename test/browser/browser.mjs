// SPDX-License-Identifier: Apache-2.0
// What the tests need of a browser: one Chromium that finds *.test on this machine, a new
// visitor for each test, the servers' log, and TAP.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { env } = process;
const log = join(env.RUN, "access.log");
let count = 0;
let failed = 0;
let browser;

export async function open() {
  browser = await chromium.launch({
    executablePath: env.CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
      "--host-resolver-rules=MAP *.test 127.0.0.1"],
  });
}

export async function close() {
  await browser?.close();
  console.log(`1..${count}`);
  process.exitCode = failed || !count ? 1 : 0;
}

// Gives a function for tests. A test is a sentence and a new visitor: no cookies, nothing cached,
// one page. Processes are what takes time, so a visitor takes over the page of the one before.
export function visitors(how) {
  let visitor;
  let page;
  let devtools;

  async function welcome() {
    if (!visitor) {
      visitor = await stranger();
      page = await visitor.newPage();
      devtools = await visitor.newCDPSession(page);
    }
    for (const other of visitor.pages()) if (other !== page) await other.close();
    await page.goto("about:blank");
    await visitor.clearCookies();
    await devtools.send("Network.clearBrowserCache");
  }

  return async function it(name, play) {
    const good = await test(`${how}, ${name}`, async () => {
      await welcome();
      await play(page, visitor);
    });
    if (good) return;
    await visitor?.close();
    visitor = undefined;
  };
}

// A test without a visitor: whether it passed.
export async function test(name, play) {
  let why = null;
  try {
    await play();
  } catch (error) {
    why = String(error.stack).replace(/^/gm, "# ");
    failed++;
  }
  count++;
  console.log(`${why ? "not ok" : "ok"} ${count} - ${name}${why ? `\n${why}` : ""}`);
  return !why;
}

// Somebody else, in a browser of his own.
export async function stranger() {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(60_000);
  return context;
}

// What the log says after `action`, as soon as it has `n` lines that match. Over HTTP/2 httpd may
// write a line only when the connection is used again: that is what `poke` is for.
export async function logged(pattern, n, action, poke) {
  const before = readFileSync(log, "utf8").length;
  await action();
  const end = Date.now() + 30_000;
  let lines;
  do {
    await poke();
    await sleep(50);
    lines = readFileSync(log, "utf8").slice(before).split("\n").filter((line) => pattern.test(line));
  } while (lines.length < n && Date.now() < end);
  assert.equal(lines.length, n, `${n} lines like ${pattern}, not: ${lines.join("; ")}`);
  return lines;
}

export const sleep = (ms) => new Promise((later) => setTimeout(later, ms));
