// SPDX-License-Identifier: Apache-2.0
// A day of an administrator, in Chromium, signed in by the application: nothing is refused, and the console is quiet.
import assert from "node:assert/strict";
import { join } from "node:path";
import { stranger, test } from "../browser/browser.mjs";
import { NAVIGATION, PLAIN, RUN, SITE, Visitor, inside, log, settings } from "./http.mjs";

const { POLICY, SHOTS } = process.env;
const at = (path) => SITE + path;

// A browser whose complaints are kept. What lies elsewhere (avatars, emoji) is not there.
async function browser(complaints) {
  const context = await stranger();
  await context.route((url) => !url.href.startsWith(SITE), (route) => route.fulfill({ status: 200, body: "", contentType: "text/plain" }));
  context.on("page", (page) => {
    page.on("console", (message) => { if (message.type() === "error") complaints.push(`${page.url()}: ${message.text()}`); });
    page.on("pageerror", (error) => complaints.push(`${page.url()}: ${error.stack}`));
    page.on("dialog", (dialog) => dialog.accept());
  });
  return context;
}

async function byPassword(context, name) {
  const page = await context.newPage();
  await page.goto(at("/wp-login.php"));
  await page.fill("#user_login", name);
  await page.fill("#user_pass", `${name} password`);
  await page.click("#wp-submit");
  await page.waitForURL(/wp-admin/);
  return page;
}

async function editor(page, path) {
  await page.goto(at(path));
  await page.waitForFunction(() => window.wp?.data?.select("core/editor")?.getCurrentPostId());
  await page.evaluate(() => window.wp.data.dispatch("core/preferences").set("core/edit-post", "welcomeGuide", false));
  await page.waitForSelector(".editor-post-title__input");
}

const saved = (page) => page.waitForFunction(() => {
  const now = window.wp.data.select("core/editor");
  return !now.isSavingPost() && now.didPostSaveRequestSucceed();
});

// Lines of httpd's log with a verdict of the guard's that refuses.
const refused = () => log("access.log").split("\n").filter((line) => / 40[03] (?!safe|ok|exempt|not-ambient|no-cookie|-)\S+ user=/.test(line) && !/agent=-/.test(line));

export async function administrator() {
  inside("activate_plugin('sessioncookie/sessioncookie.php'); switch_theme('classic'); Sessioncookie_Accounts::unlink(1); Sessioncookie_Accounts::link(1, 'cookie:session', 'the boss'); return 1;");
  settings({ privileged: true, members: ["name", "roles"] });
  const before = refused().length;
  const complaints = [];
  const context = await browser(complaints);
  const page = await context.newPage();
  let post;
  let beats;
  const it = (name, play) => test(`with ${POLICY}, ${name}`, play);

  await it("the administrator logs in at the application", async () => {
    await page.goto(at("/app/login?next=/wp-admin/"));
    await page.fill("[name=name]", "the boss");
    await page.fill("[name=more]", JSON.stringify({ name: "The boss", roles: ["admin"], csrf_token: "hush" }));
    await page.click("button");
    await page.waitForSelector("#wpadminbar");
    assert.match(page.url(), /\/wp-admin\/$/);
  });
  await it("three fast heartbeats begin", async () => {
    const other = await context.newPage();
    await other.goto(at("/wp-admin/edit.php"));
    beats = other.evaluate(() => new Promise((done) => {
      let count = 0;
      const $ = window.jQuery;
      $(document).on("heartbeat-tick", () => { if (++count === 3) done(count); });
      $(document).on("heartbeat-error", (event, jqXHR, text) => done(`error: ${text}`));
      window.wp.heartbeat.interval("fast");
      window.wp.heartbeat.connectNow();
    }));
  });
  await it("a post is written, autosaved, published and updated in the block editor", async () => {
    await editor(page, "/wp-admin/post-new.php");
    await page.fill(".editor-post-title__input", "Tea");
    await page.keyboard.press("Enter");
    await page.keyboard.type("Milk first?");
    await page.evaluate(() => window.wp.data.dispatch("core/editor").autosave());
    await saved(page);
    await page.click(".editor-post-publish-panel__toggle");
    await page.click(".editor-post-publish-panel .editor-post-publish-button");
    await page.waitForSelector(".post-publish-panel__postpublish");
    await page.click(".editor-post-publish-panel__header button");
    await page.click(".editor-post-title__input");
    await page.keyboard.press("End");
    await page.keyboard.type(" time");
    await page.click(".editor-post-publish-button");
    await saved(page);
    post = await page.evaluate(() => window.wp.data.select("core/editor").getCurrentPostId());
    assert.equal(inside(`return get_post(${post})->post_title . '|' . get_post_status(${post});`), "Tea time|publish");
  });
  await it("the block of the plugin is inserted, previewed and saved", async () => {
    await page.evaluate(() => {
      const { blocks, data } = window.wp;
      data.dispatch("core/block-editor").insertBlock(blocks.createBlock("sessioncookie/member", { member: "name", fallback: "stranger" }));
    });
    await page.getByText("The boss").waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.evaluate(() => window.wp.data.dispatch("core/edit-post").openGeneralSidebar("edit-post/block"));
    await page.screenshot({ path: join(SHOTS, "block-editor.png") });
    await page.click(".editor-post-publish-button");
    await saved(page);
  });
  await it("a second user finds the post locked", async () => {
    const hers = await browser([]);
    const second = await byPassword(hers, "second");
    await second.goto(at(`/wp-admin/post.php?post=${post}&action=edit`));
    await second.waitForSelector(".editor-post-locked-modal");
    await hers.close();
  });
  await it("an image of 3 MB is uploaded, and is in the library", async () => {
    await page.goto(at("/wp-admin/media-new.php"));
    await page.setInputFiles("input[type=file][id^=html5]", join(RUN, "noise.png"));
    await page.waitForSelector(".media-item .edit-attachment", { state: "attached" });
    await page.goto(at("/wp-admin/upload.php?mode=grid"));
    await page.click(".attachments .attachment");
    await page.waitForSelector(".attachment-details");
    await page.fill(".attachment-details [data-setting=title] input", "Noise");
    await page.press(".attachment-details [data-setting=title] input", "Tab");
    await page.waitForSelector(".attachment-details.save-complete");
    assert.ok(inside("return filesize(get_attached_file(get_posts(array('post_type' => 'attachment'))[0]->ID));") > 3e6);
  });
  await it("an image is uploaded in the block editor", async () => {
    await editor(page, `/wp-admin/post.php?post=${post}&action=edit`);
    await page.evaluate(() => {
      const { blocks, data } = window.wp;
      data.dispatch("core/block-editor").insertBlock(blocks.createBlock("core/image"));
    });
    await page.setInputFiles(".wp-block-image input[type=file]", join(RUN, "noise.png"));
    await page.waitForFunction(() => window.wp.data.select("core/block-editor").getBlocks().some((block) => block.name === "core/image" && block.attributes.id));
    await page.click(".editor-post-publish-button");
    await saved(page);
  });
  await it("a plugin is installed from an archive, and deleted", async () => {
    await page.goto(at("/wp-admin/plugin-install.php?tab=upload"));
    await page.setInputFiles("#pluginzip", join(RUN, "tea.zip"));
    await page.click("#install-plugin-submit");
    await page.getByText("Plugin installed successfully").waitFor();
    await page.goto(at("/wp-admin/plugins.php"));
    await page.click("tr[data-slug=tea] .delete a");
    await page.getByText("was successfully deleted").waitFor();
  });
  await it("settings and profile are saved", async () => {
    await page.goto(at("/wp-admin/options-general.php"));
    await page.fill("#blogdescription", "With milk");
    await page.click("#submit");
    await page.getByText("Settings saved.").waitFor();
    await page.goto(at("/wp-admin/profile.php"));
    await page.fill("#first_name", "Boss");
    await page.click("#submit");
    await page.getByText("Profile updated.").waitFor();
  });
  await it("a title is changed by quick edit", async () => {
    await page.goto(at("/wp-admin/edit.php"));
    await page.hover(`#post-${post}`);
    await page.click(`#post-${post} .editinline`);
    await page.fill(`#edit-${post} input[name=post_title]`, "Coffee");
    await page.click(`#edit-${post} .save`);
    await page.locator(`#post-${post} .row-title`, { hasText: "Coffee" }).waitFor();
  });
  await it("a visitor comments, the administrator replies", async () => {
    const theirs = await browser(complaints);
    const visitor = await theirs.newPage();
    await visitor.goto(at(`/?p=${post}`));
    await visitor.fill("#comment", "Tea, please");
    await visitor.click("#submit");
    await visitor.getByText("Tea, please").waitFor();
    await theirs.close();
    await page.goto(at("/wp-admin/edit-comments.php"));
    const row = page.locator("#the-comment-list tr", { hasText: "Tea, please" });
    await row.hover();
    await row.locator(".reply button").click();
    await page.fill("#replycontent", "Here you are");
    await page.click("#replyrow .save");
    await page.locator("#the-comment-list tr", { hasText: "Here you are" }).waitFor();
  });
  await it("the customizer shows, changes and publishes", async () => {
    await page.goto(at("/wp-admin/customize.php"));
    await page.waitForFunction(() => window.wp?.customize?.previewer?.deferred?.active.state() === "resolved");
    await page.evaluate(() => window.wp.customize("blogname").set("Books & Tea"));
    await page.click("#save");
    await page.waitForFunction(() => window.wp.customize.state("saved").get() && !window.wp.customize.state("saving").get());
    assert.equal(inside("return get_option('blogname');"), "Books &amp; Tea");
  });
  await it("a menu is made, and a link added", async () => {
    await page.goto(at("/wp-admin/nav-menus.php"));
    await page.fill("#menu-name", "Main");
    // The button moves away under a mouse: WordPress adds pages to a first menu by itself.
    const save = () => Promise.all([page.waitForNavigation(), page.evaluate(() => document.querySelector("#save_menu_footer").click())]);
    await save();
    await page.goto(at("/wp-admin/nav-menus.php"));
    await page.click("#add-custom-links .accordion-section-title");
    await page.fill("#custom-menu-item-url", "https://example.org/");
    await page.fill("#custom-menu-item-name", "Elsewhere");
    await page.click("#submit-customlinkdiv");
    await page.locator("#menu-to-edit li", { hasText: "Elsewhere" }).waitFor();
    await save();
    assert.ok(inside("return wp_list_pluck(wp_get_nav_menu_items('Main'), 'title');").includes("Elsewhere"));
  });
  await it("a user is added, and removed", async () => {
    await page.goto(at("/wp-admin/user-new.php"));
    await page.waitForFunction(() => document.querySelector("#pass1").value); // WordPress proposes one
    await page.fill("#user_login", "third");
    await page.fill("#email", "third@example.org");
    await page.click("#createusersub");
    await page.getByText("New user created.").waitFor();
    await page.goto(at("/wp-admin/users.php?s=third"));
    await page.hover("#the-list tr");
    await page.click("#the-list tr .delete a");
    await page.click("#submit");
    await page.getByText("User deleted.").waitFor();
  });
  await it("everything is exported", async () => {
    await page.goto(at("/wp-admin/export.php"));
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#submit")]);
    assert.match(download.suggestedFilename(), /\.xml$/);
  });
  await it("the site editor shows and saves", async () => {
    inside("switch_theme('blocks'); return 1;");
    await page.goto(at("/wp-admin/site-editor.php"));
    await page.waitForFunction(() => window.wp?.data?.select("core/edit-site")?.getEditedPostId());
    await page.evaluate(() => window.wp.data.dispatch("core/preferences").set("core/edit-site", "welcomeGuide", false));
    await page.frameLocator("iframe[name=editor-canvas]").locator(".wp-block-site-title").first().waitFor();
    await page.evaluate(() => window.wp.data.dispatch("core").editEntityRecord("root", "site", undefined, { title: "Tea again" }));
    await page.click(".edit-site-save-button__button");
    await page.click(".editor-entities-saved-states__save-button");
    await page.waitForFunction(() => !window.wp.data.select("core").hasEditsForEntityRecord("root", "site"));
    assert.equal(inside("return get_option('blogname');"), "Tea again");
    inside("switch_theme('classic'); return 1;");
  });
  await it("the heartbeats came through", async () => {
    assert.equal(await beats, 3);
  });
  await it("WordPress calls its cron", async () => {
    inside("delete_transient('doing_cron'); wp_schedule_single_event(time() - 60, 'sessioncookie_test'); return 1;");
    for (let i = 0; i < 100 && inside("return wp_next_scheduled('sessioncookie_test');"); i++) await page.goto(at("/"));
    assert.equal(inside("return wp_next_scheduled('sessioncookie_test');"), false);
    assert.match(log("access.log"), /^POST \/wp-cron\.php 200 /m);
  });
  await it("the plugin's page, in both colour schemes and narrow", async () => {
    for (const [name, width, colorScheme] of [["wide", 1280, "light"], ["wide-dark", 1280, "dark"], ["narrow", 390, "light"], ["narrow-dark", 390, "dark"]]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme });
      await page.goto(at("/wp-admin/options-general.php?page=sessioncookie"));
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${name} fits`);
      await page.screenshot({ path: join(SHOTS, `settings-${name}.png`), fullPage: true });
      await page.goto(at(`/?p=${post}`));
      await page.screenshot({ path: join(SHOTS, `block-${name}.png`) });
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: null });
  });
  if (POLICY === "both")
    await it("the pages are what they are without the field and the script", async () => {
      const visitor = new Visitor();
      for (const { name, value } of await context.cookies(`${SITE}/wp-admin/`)) visitor.cookies.set(name, value);
      const paths = ["", "edit.php", "upload.php?mode=list", "edit-comments.php", "themes.php", "plugins.php", "users.php", "profile.php", "tools.php", "options-general.php",
        "options-writing.php", "nav-menus.php", "export.php", "options-general.php?page=sessioncookie", `post.php?post=${post}&action=edit`, "site-health.php", "media-new.php"];
      let fields = 0;
      for (const path of paths) {
        const [got, plain] = [await visitor.ask(`/wp-admin/${path}`), await visitor.ask(`${PLAIN}/wp-admin/${path}`, { headers: { ...NAVIGATION, Host: new URL(SITE).host } })];
        assert.equal(got.status, 200, path);
        const [changed, original, inserted] = await page.evaluate(compare, [got.text, plain.text]);
        assert.equal(changed, original, path);
        assert.equal(inserted.scripts, 1, path);
        fields += inserted.fields;
      }
      assert.ok(fields > 10, `${fields}`);
    });
  await it("nothing was refused, and nobody complained", () => {
    assert.deepEqual(refused().slice(before), []);
    assert.deepEqual(complaints, []);
  });
  await it("logging out ends both", async () => {
    settings({ privileged: true, logout: true });
    await page.goto(at("/wp-admin/"));
    await page.hover("#wp-admin-bar-my-account");
    await page.click("#wp-admin-bar-logout a");
    await page.waitForURL(/loggedout=true/);
    await page.goto(at("/app/"));
    await page.getByText("Log in").first().waitFor();
    assert.equal((await context.cookies(SITE)).filter(({ name }) => name === "session" || name.startsWith("wordpress_logged_in")).length, 0);
  });
  await context.close();
}

// Both documents without what the guard inserted, as far as they tell no time, and how much that was. Runs in the browser.
function compare([got, plain]) {
  const inserted = {};
  const [changed, original] = [got, plain].map((html, i) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fields = page.querySelectorAll("input[type=hidden][name=xsrf-token]");
    const scripts = page.querySelectorAll("script[data-xsrf]");
    if (!i) Object.assign(inserted, { fields: fields.length, scripts: scripts.length });
    for (const element of [...fields, ...scripts]) element.remove();
    return page.documentElement.outerHTML.replace(/\b1[6-9]\d{8}(\.\d+)?\b/g, "TIME").replace(/\d+(\.\d+)? seconds/g, "TIME").replace(/\d\.gravatar/g, "gravatar")
      .replace(/ data-pw="[^"]*"/g, "").replace(/<kbd>\w{8}<\/kbd>/g, "").replace(/\d\d:\d\d:\d\d/g, "TIME");
  });
  if (changed === original) return ["", "", inserted];
  let at = 0;
  while (changed[at] === original[at]) at++;
  return [changed.slice(at - 100, at + 300), original.slice(at - 100, at + 300), inserted];
}
