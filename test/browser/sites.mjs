// SPDX-License-Identifier: Apache-2.0
// The sites that run.t serves, and what a visitor does there.
const { SITE_PORT, TLS_PORT, EVIL_PORT, EVIL_TLS_PORT } = process.env;

// Over plain HTTP browsers send no Sec-Fetch-Site to such a host, and Origin has to do.
export const sites = [
  {
    how: "over HTTP",
    at: `http://site.test:${SITE_PORT}`,
    attackers: {
      "another site": `http://evil.test:${EVIL_PORT}`,
      "a neighbour's host": `http://evil.site.test:${EVIL_PORT}`,
      "another port": `http://site.test:${EVIL_PORT}`,
    },
  },
  {
    how: "over TLS",
    at: `https://site.test:${TLS_PORT}`,
    attackers: {
      "another site": `https://evil.test:${EVIL_TLS_PORT}`,
      "a neighbour's host": `https://evil.site.test:${EVIL_TLS_PORT}`,
      "another port": `https://site.test:${EVIL_TLS_PORT}`,
      "the same host without TLS": `http://site.test:${EVIL_PORT}`,
    },
  },
];

// The sentence that a refused visitor reads.
export const REFUSED = /Go back, reload the page and try again/;

export async function logIn(page, site, name) {
  await page.goto(`${site.at}/app/`);
  await page.fill("[name=name]", name);
  await page.click("text=Log in >> nth=-1");
  await page.waitForSelector(`h1:has-text("Hello ${name}")`);
}

export async function logOut(page, site) {
  await page.goto(`${site.at}/app/`);
  await page.click("text=Log out");
  await page.waitForSelector("h1:has-text('Log in')");
}

// Fills the form of the page that is open, sends it, and reads what comes.
export async function send(page, text) {
  await page.fill("[name=text]", text);
  const [answer] = await Promise.all([
    page.waitForNavigation(),
    page.click("button"),
  ]);
  return { status: answer.status(), text: (await page.textContent("body")).trim() };
}
