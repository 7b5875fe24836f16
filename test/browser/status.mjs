// SPDX-License-Identifier: Apache-2.0
// The status page: it says what happened, with nothing but HTML, on a desk and on a telephone.
import assert from "node:assert/strict";

export async function status(site, it) {
  const at = (path) => site.at + path;

  await it("the status page counts a refused form and asks for nothing else", async (page) => {
    const asked = [];
    const said = [];
    await page.goto(at("/form.php"));
    assert.equal(await page.evaluate(() => fetch("/form.php", { method: "POST" }).then((answer) => answer.status)), 403);
    page.on("console", (message) => said.push(message.text()));
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto(at("/sessioncookie-status"));
    assert.match(await page.textContent("main"), /absent \d/);
    assert.match(await page.textContent("main"), /cookie:session flask/);
    assert.ok(await page.locator("svg rect").count() >= 1, "the picture has a bar for this minute");
    assert.deepEqual(asked.filter((path) => path !== "/favicon.ico"), ["/sessioncookie-status"]);
    assert.deepEqual(said.filter((text) => !text.includes("favicon")), []);
  });

  for (const [name, width] of [["a desk", 1100], ["a telephone", 360]]) {
    await it(`the status page fits ${name}, in both colour schemes`, async (page) => {
      const colours = [];
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await page.goto(at("/sessioncookie-status"));
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        colours.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
      }
      assert.notEqual(colours[0], colours[1]);
      await page.emulateMedia({ colorScheme: null });
      await page.setViewportSize({ width: 1280, height: 720 });
    });
  }

  await it("the status page refreshes itself where it is asked to", async (page) => {
    let times = 0;
    page.on("response", (response) => { times += response.url().endsWith("/sessioncookie-status?refresh=2"); });
    await page.goto(at("/sessioncookie-status?refresh=2"));
    await page.waitForResponse((response) => response.url().endsWith("?refresh=2"));
    assert.ok(times >= 2);
  });
}
