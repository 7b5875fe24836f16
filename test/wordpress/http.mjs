// SPDX-License-Identifier: Apache-2.0
// Visitors without a browser, who keep cookies as one does, and a way into WordPress itself.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";

export const { SITE, OFF, PLAIN, RUN } = process.env;
const agent = new Agent();

// What a navigation of a browser sends, and what a script on a page of the site does.
export const NAVIGATION = { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
export const SCRIPT = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty", Origin: SITE };
export const FORM = { ...NAVIGATION, "Sec-Fetch-Site": "same-origin", Origin: SITE };

// Not fetch(), which has Sec-Fetch headers of its own.
function send(url, method, headers, body) {
  return new Promise((done, fail) => {
    const asked = request(url, { method, headers, agent }, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part)).on("error", fail).on("end", () => done({
        status: answer.statusCode, text: Buffer.concat(parts).toString(), headers: answer.headers,
        location: answer.headers.location, set: answer.headers["set-cookie"] ?? [],
      }));
    });
    asked.on("error", fail).end(body);
  });
}

export class Visitor {
  cookies = new Map();

  // Asks for a path, without following redirects: { status, text, headers, location, set }.
  async ask(path, { method = "GET", headers = NAVIGATION, body } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await send(new URL(path, SITE), method, { ...(cookie ? { Cookie: cookie } : {}), ...headers }, body);
    for (const line of answer.set) this.take(line);
    return answer;
  }

  take(line) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
    const expires = /expires=([^;]+)/i.exec(line);
    if (/max-age=0\b/i.test(line) || (expires && new Date(expires[1]) < new Date())) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  // Follows redirects, as a browser does.
  async open(path) {
    let answer = await this.ask(path);
    for (let i = 0; i < 9 && answer.location; i++) answer = await this.ask(answer.location);
    return answer;
  }

  // Posts fields, with the guard's token as a page of the site has it.
  post(path, fields, options = {}) {
    const headers = { ...FORM, ...this.token(), ...options.headers, "Content-Type": "application/x-www-form-urlencoded" };
    return this.ask(path, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
  }

  token() {
    const token = this.cookies.get("XSRF-TOKEN");
    return token ? { "X-XSRF-Token": token } : {};
  }

  // Logs in at the application: by its form, as whoever it is told.
  async logIn(name, more = {}) {
    await this.ask("/app/");
    const answer = await this.post("/app/login", { name, more: JSON.stringify(more) });
    if (answer.status !== 303) throw new Error(`the application answers ${answer.status}: ${answer.text}`);
    return this;
  }

  async logOut() {
    const answer = await this.post("/app/logout", {});
    if (answer.status !== 303) throw new Error(`the application answers ${answer.status}: ${answer.text}`);
  }

  // Logs in at WordPress' own form.
  async password(name, password) {
    await this.ask("/wp-login.php");
    return this.post("/wp-login.php", { log: name, pwd: password, "wp-submit": "Log In", testcookie: "1" });
  }

  // Whom WordPress takes the visitor for, by a page of its.
  async name() {
    return whoIs((await this.ask("/members/")).text);
  }
}

// The member's page says it.
export function whoIs(html) {
  return /<p class="who">(?:user )?([^<]*)</.exec(html)?.[1];
}

// What a piece of PHP returns inside WordPress.
export function inside(code, env = {}) {
  const [program, ...args] = [...process.env.AS_USER.split(" "), "php", join(RUN, "inside.php")];
  const run = spawnSync(program, args, { input: code, encoding: "utf8", env: { ...process.env, ...env } });
  const lines = run.stdout.trimEnd().split("\n");
  if (run.status) throw new Error(`${run.stdout}${run.stderr}`);
  return JSON.parse(lines.at(-1));
}

const SAFE = { sources: ["cookie:session"], sign_in: true };

// The plugin's settings: the safe ones and signing in, but for what is named.
export function settings(changed = {}) {
  const json = JSON.stringify({ ...SAFE, ...changed });
  inside(`update_option('sessioncookie_settings', Sessioncookie_Settings::sanitize(json_decode(${php(json)}, true))); return true;`);
}

// A text as PHP.
export function php(text) {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}

export const log = (name) => readFileSync(join(RUN, name), "utf8");
