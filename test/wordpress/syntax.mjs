// SPDX-License-Identifier: Apache-2.0
// The plugin's PHP is PHP 7.4's, by a parser of that version and a walk over what it found, and its
// translations are complete and compiled.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import phpParser from "php-parser";
import { test } from "../browser/browser.mjs";

const top = join(process.env.TOP, "wordpress/sessioncookie");
const files = readdirSync(top, { recursive: true }).map(String);
const sources = files.filter((name) => name.endsWith(".php"));

// Functions, classes and constants that are younger than PHP 7.4 (and those that WordPress 6.0 has of its own are as young there).
const YOUNG = new Set(`str_contains str_starts_with str_ends_with get_debug_type get_resource_id fdiv preg_last_error_msg array_is_list
  fsync fdatasync enum_exists array_find array_any array_all json_validate mb_str_pad mb_trim mb_ltrim mb_rtrim mb_ucfirst mb_lcfirst
  str_increment str_decrement ini_parse_quantity iterator_apply_all random_int_array memory_reset_peak_usage curl_upkeep
  openssl_cipher_key_length stringable weakmap valueerror unhandledmatcherror attribute`.split(/\s+/));
// WordPress 6.1 or later.
const YOUNG_WORDPRESS = new Set(`wp_cache_get_multiple_posts is_login wp_get_admin_notice wp_admin_notice wp_trigger_error wp_is_rest_endpoint
  wp_enqueue_script_module wp_register_block_metadata_collection wp_get_wp_version wp_list_users wp_cache_flush_group wp_recursive_ksort`.split(/\s+/));

function* nodes(value) {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item);
  else if (value && typeof value === "object") {
    if (value.kind) yield value;
    for (const [name, inside] of Object.entries(value)) if (!["loc", "leadingComments", "trailingComments", "comments"].includes(name)) yield* nodes(inside);
  }
}

const isStatic = (type) => type && (type.kind === "staticreference" || type.name === "static");
const FAULTS = {
  "a promoted parameter": (node) => node.kind === "parameter" && node.flags,
  "a union type": (node) => node.kind === "uniontype" || node.kind === "intersectiontype",
  "mixed, never or a literal as a type": (node) => ["parameter", "property", "function", "method", "closure", "arrowfunc"].includes(node.kind) && /^\\?(mixed|never|null|false|true)$/i.test(node.type?.name ?? ""),
  "a static return": (node) => ["function", "method", "closure", "arrowfunc"].includes(node.kind) && isStatic(node.type),
  "readonly": (node) => node.readonly === true || node.isReadonly === true,
  "match": (node) => node.kind === "match",
  "?->": (node) => node.kind === "nullsafepropertylookup",
  "a named argument": (node) => node.kind === "namedargument",
  "an enum": (node) => node.kind === "enum" || node.kind === "enumcase",
  "an attribute": (node) => node.attrGroups?.length,
  "throw as an expression": (node) => node.kind === "throw" && node.isExpression,
  "a first-class callable": (node) => node.kind === "variadicplaceholder",
  "a catch without a variable": (node) => node.kind === "catch" && !node.variable,
  "a young function or class": (node) => (node.kind === "name" || node.kind === "identifier") && (YOUNG.has(String(node.name).toLowerCase().replace(/^\\/, "")) || YOUNG_WORDPRESS.has(String(node.name).toLowerCase())),
  "::class of an object": (node) => node.kind === "staticlookup" && node.offset?.name === "class" && node.what?.kind === "variable",
};

function faults(code, version) {
  const parser = new phpParser.Engine({ parser: { version, suppressErrors: false, extractDoc: false }, ast: { withPositions: true } });
  const found = [];
  for (const node of nodes(parser.parseCode(code, "file.php")))
    for (const [fault, is] of Object.entries(FAULTS)) if (is(node)) found.push(`${fault}, line ${node.loc?.start.line}`);
  return found;
}

// What the walk must find, where the parser of 7.4 does not refuse it by itself.
const NEW = {
  "a promoted parameter": "class A { public function __construct( private $x ) {} }",
  "a union type": "function f( int|string $x ) {}",
  "mixed, never or a literal as a type": "function f( mixed $x ) {}",
  "a static return": "class A { function f(): static {} }",
  "readonly": "class A { public readonly int $x; }",
  "match": "$x = match( 1 ) { 1 => 2 };",
  "?->": "$x = $y?->z;",
  "a named argument": "f( x: 1 );",
  "an enum": "enum A { case B; }",
  "an attribute": "#[A]\nfunction f() {}",
  "a catch without a variable": "try { f(); } catch ( E ) {}",
  "a young function or class": "str_contains( 'a', 'b' );",
};

export async function syntax() {
  await test("there is PHP to read", () => assert.ok(sources.length >= 13, sources.join()));
  for (const name of sources)
    await test(`${name} is PHP 7.4`, () => {
      assert.deepEqual(faults(readFileSync(join(top, name), "utf8"), "7.4"), []);
      assert.deepEqual(faults(readFileSync(join(top, name), "utf8"), "8.2"), []);
    });
  for (const [fault, code] of Object.entries(NEW))
    await test(`${fault} would be refused`, () => {
      const found = (() => { try { return faults(`<?php\n${code}`, "8.2"); } catch (error) { return [`${fault}: ${error.message}`]; } })();
      assert.ok(found.some((said) => said.startsWith(fault)), found.join("; ") || "nothing found");
    });
  await test("no file asks for being called directly", () => {
    for (const name of sources) assert.match(readFileSync(join(top, name), "utf8"), /^defined\( '(ABSPATH|WP_UNINSTALL_PLUGIN)' \) \|\| exit;$/m, name);
  });
  await test("readme.txt, header and constant name one version, and the text domain is the folder's name", () => {
    const main = readFileSync(join(top, "sessioncookie.php"), "utf8");
    const [, version] = /^ \* Version: +(\S+)$/m.exec(main);
    assert.match(main, new RegExp(`'SESSIONCOOKIE_VERSION', '${version}'`));
    assert.match(readFileSync(join(top, "readme.txt"), "utf8"), new RegExp(`^Stable tag: ${version}$`, "m"));
    assert.match(main, /^ \* Text Domain: +sessioncookie$/m);
    for (const name of sources)
      for (const [, domain] of readFileSync(join(top, name), "utf8").matchAll(/\b(?:esc_html|esc_attr)?_?_[_ex]\( '(?:[^'\\]|\\.)*'(?:, '([a-z]+)')? \)/g)) assert.equal(domain, "sessioncookie", name);
  });

  const pot = join(top, "languages/sessioncookie.pot");
  const ids = (path) => spawnSync("msgcat", ["--no-location", "--no-wrap", path], { encoding: "utf8" }).stdout.split("\n").filter((line) => /^msg(id|ctxt) ".+/.test(line)).sort();
  await test("the template has every text", () => {
    const run = spawnSync(join(process.env.TOP, "test/wordpress/pot.sh"), ["-"], { encoding: "utf8" });
    const fresh = run.stdout.split("\n").filter((line) => /^msgid ".+/.test(line)).sort();
    assert.ok(fresh.length > 60, run.stderr);
    assert.deepEqual(ids(pot).filter((line) => !line.startsWith("msgctxt")), fresh);
  });
  for (const locale of ["de_DE", "fr_FR"]) {
    const po = join(top, `languages/sessioncookie-${locale}.po`);
    await test(`${locale} is complete, and its .mo is made of it`, () => {
      const said = spawnSync("msgfmt", ["--check", "--statistics", "--output-file=/dev/null", po], { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }).stderr;
      assert.match(said, /^\d+ translated messages\.$/m);
      assert.deepEqual(ids(po), ids(pot));
      const made = spawnSync("msgfmt", ["--output-file=-", po]).stdout;
      assert.ok(made.equals(readFileSync(po.replace(/po$/, "mo"))), `msgfmt ${relative(process.cwd(), po)} gives another .mo`);
    });
  }
}
