// SPDX-License-Identifier: Apache-2.0
// The injector against parse5, which reads HTML as the specification says, and Node's URL, which
// reads URLs so: random pages go through the injector and then through the browser's algorithm.
// Whatever they hold, the field must be an input of a form that posts to its own origin, and its
// value must be nowhere else; and pages without svg, math, select, template and frameset (where the
// injector may give up) must have one in every such form, but for https:path and bases that lead
// or might lead away, which are not worth reading. (noframes is left out: parse5 7.1 reads it in a body as
// markup, where the specification and browsers have raw text.)
//
// And the script's place in documents: its element is a script of the tree, before all of the page's where
// there is a <head>, and without it the tree is the page's own.
//
// NODE_PATH=/usr/share/nodejs node html_forms.mjs PROBE COUNT SEED
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { Parser, defaultTreeAdapter, serialize } = require('parse5');

const [probePath, count, seed] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const HTML = 'http://www.w3.org/1999/xhtml';
const PAGE = 'https://example.org/dir/page';

let state = seed >>> 0;
const below = (n) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const pick = (list) => list[below(list.length)];

const ACTIONS = ['', '/x', 'x', '//evil', '/\\evil', 'https://example.org/', 'https://example.org:443', 'http://example.org/',
  'https://evil/', 'https:evil', 'https:/evil', 'https:x', '//example.org/', '///evil', '\\\\evil', 'javascript:x', '&#47;/evil', '&sol;&sol;evil',
  '/&Tab;/evil', '&NewLine;//evil', 'java&Tab;script:x', '&lt;/x', '&ampx', '?a&lt=b', ' //evil ', '/\t/evil', '&#x2f&#47evil', 'https&colon;//evil',
  'mailto&colon;x', '&eacute;', '&colon;x', 'x&colon;y', '&fjlig;&colon;x', '&#0;//evil', '//example&period;org', '&bsol;/evil',
  'https://example.org&#64;evil/', '#', '?', '//', 'a:b', '1:b', '&#13;//evil', '\u00e9//evil', '&nbsp;//evil', ' ', '&#32;', '&unknown;//evil'];
const TEXT = ['x', ' ', '"', "'", '<', '>', '/', '=', '&', '-', '--', '!', '<p>', '</p>', '<b>', '\u00e9', '\n', '<table>', '</table>', '<a href="?x=1&y" title=\'>\'>', '<input name=a value=">" disabled>', '<a b="c"=d e=f/g>', '<a "="x" y>', '<a b= "c>">', '<img src=a>b>', '<tr>', '<td>',
  '</td>', '<a title="', "<a title='", '<a x=', '<input>', '<button>', '</body>', '</html>', '<br/>', '</frameset>', '<>', '</>', '<?x', '<!x', '<caption>'];
const RAW = ['<script>', '</script>', '<!--', '-->', '--!>', '<!-->', '<style>', '</style>', '<textarea>', '</textarea>', '<title>', '</title>', '<xmp>',
  '</xmp>', '<iframe>', '</iframe>', '<noscript>', '</noscript>', '<noembed>', '</noembed>', '<!DOCTYPE html>',
  '<script><!--', '<script', '</script', '</style x="', '<![CDATA[', ']]>', '<plaintext>'];
const ODD = ['<svg>', '</svg>', '<math>', '</math>', '<svg/>', '<select>', '</select>', '<option>', '<template>', '</template>', '<foreignObject>',
  '</foreignObject>', '<desc>', '</desc>', '<mi>', '</mi>', '<annotation-xml encoding="text/html">', '</annotation-xml>', '<svg><title>', '<svg><style>',
  '<g>', '<col>', '<colgroup>', '</p>', '<p>', '<div>', '</div>', '<select><xmp>', '<template><col>', '<template><style>', '<mtext>', '<font size=1>', '<frameset>'];

function form() {
  const quote = pick(['"', '"', "'", '']);
  const parts = [' method=post', ` action=${quote}${pick(ACTIONS)}${quote}`];
  if (below(6) === 0) parts[0] = pick([' method="p&#111;st"', ' METHOD=POST', ' method=get', '', ' method=post method=get', ' method="post "']);
  if (below(4) === 0) parts[1] = '';
  if (below(3) === 0) parts.reverse();
  return `<${pick(['form', 'form', 'FORM'])}${parts.join('')}${pick(['', '', ' ', '/', ' x'])}>`;
}

function makePage(odd) {
  let html = below(8) === 0 ? `<base href="${pick(ACTIONS)}">` : '';
  for (let i = 2 + below(14); i > 0; i--) {
    const kind = below(odd ? 5 : 4);
    html += kind === 0 ? form() : kind === 1 ? pick(['</form>', form()]) : kind === 2 ? pick(TEXT) : kind === 3 ? pick(RAW) : pick(ODD);
  }
  return html;
}

const attribute = (node, name) => node.attrs?.find((a) => a.name === name)?.value;

// The tree, with the form pointer as it was when each input was made.
function parse(html) {
  const owners = new Map();
  const adapter = { ...defaultTreeAdapter,
    createElement(name, namespace, attrs) {
      const node = defaultTreeAdapter.createElement(name, namespace, attrs);
      if (name === 'input') owners.set(node, parser.formElement);
      return node;
    } };
  const parser = new Parser({ treeAdapter: adapter });
  parser.tokenizer.write(html, true);
  return { tree: parser.document, owners };
}

function ownerOf(node, owners) {
  if (owners.get(node)) return owners.get(node);
  for (let at = node.parentNode; at; at = at.parentNode) if (at.tagName === 'form' && at.namespaceURI === HTML) return at;
  return null;
}

function walk(node, see, inTemplate = false) {
  see(node, inTemplate);
  for (const child of node.childNodes ?? []) walk(child, see, inTemplate);
  if (node.content) walk(node.content, see, true);
}

function leadsHome(formNode, base) {
  if ((attribute(formNode, 'method') ?? '').toLowerCase() !== 'post') return false;
  const action = attribute(formNode, 'action') ?? '';
  if (action === '') return true;
  try {
    return new URL(action, base).origin === 'https://example.org';
  } catch {
    return false;
  }
}

const worthReading = (action) => !/^\s*https?:(?!\/\/[^/\\])/.test(action);

function judge(html, odd) {
  const { tree, owners } = parse(html);
  const forms = new Map();
  let base = PAGE, baseSeen = false, plainBase = true, leak = null;
  walk(tree, (node, inTemplate) => {
    if (node.tagName === 'base') plainBase &&= /^(\/?x|[#?]?)$/.test(attribute(node, 'href') ?? '');
    if (node.tagName === 'base' && !inTemplate && !baseSeen && attribute(node, 'href') !== undefined) {
      baseSeen = true;
      try {
        const url = new URL(attribute(node, 'href'), PAGE);
        if (!['data:', 'javascript:'].includes(url.protocol)) base = url.href;
      } catch { /* the page's own */ }
    }
    if (node.tagName === 'form' && node.namespaceURI === HTML && !inTemplate) forms.set(node, 0);
  });
  walk(tree, (node, inTemplate) => {
    const field = node.tagName === 'input' && attribute(node, 'name') === 'TOK' && attribute(node, 'value') === 'VALUE';
    if (field) {
      const owner = ownerOf(node, owners);
      if (inTemplate) leak ??= 'a field in a template';
      else if (!owner) leak ??= 'a field without a form';
      else if (!leadsHome(owner, base)) leak ??= 'a field in a form that leads away';
      else forms.set(owner, (forms.get(owner) ?? 0) + 1);
    }
    for (const a of field ? [] : node.attrs ?? []) if ((a.name + a.value).includes('VALUE')) leak ??= 'the value in an attribute';
    if ((node.value ?? node.data ?? '').includes('VALUE')) leak ??= 'the value in text';
  });
  let fields = 0, missing = 0;
  for (const [node, n] of forms) {
    fields += n;
    if (n > 1) leak ??= 'two fields in a form';
    if (n === 0 && leadsHome(node, base) && plainBase && worthReading(attribute(node, 'action') ?? '')) missing++;
  }
  return { leak, fields, missing: odd ? 0 : missing, lost: odd ? missing : 0 };
}

const HEADS = ['<!doctype html><html lang=en><head>', '<HTML><HEAD a=b>', '<head>', '<!-- <head> --><!DOCTYPE html>\n<html>\n<head>\n', 'x<head>', '<!doctype html>', '<html>', ''];

// What is wrong with the script's place; or "none" or "first", where there is one.
function judgeScript(html, page, head) {
  const { tree } = parse(html);
  const scripts = [], stray = [];
  walk(tree, (node, inTemplate) => {
    if (node.tagName === 'script' && !inTemplate) scripts.push(node);
    if (node.tagName !== 'script' && JSON.stringify([node.attrs, node.value, node.data]).includes('OURS')) stray.push(node);
  });
  const ours = scripts.filter((node) => attribute(node, 'id') === 'OURS');
  if (stray.length || ours.length > 1) return 'not one element';
  // Frames take the place of a body that nothing has been seen of.
  if (!ours.length) return html.includes('OURS') && !html.includes('<frameset') ? 'no element' : head ? 'a head without the script' : 'none';
  if (ours[0].namespaceURI !== HTML) return 'not HTML';
  if (head && scripts[0] !== ours[0]) return 'not the first';
  defaultTreeAdapter.detachNode(ours[0]);
  if (head && serialize(tree) !== serialize(parse(page).tree)) return 'another tree';
  return 'first';
}

const probe = spawn(probePath, { stdio: ['pipe', 'pipe', 'inherit'] });
const pages = [];
for (let i = 0; i < count; i++) pages.push(makePage(i % 2));
for (const page of pages) probe.stdin.write(`inject ${Buffer.from(page).toString('hex')}\n`);
const documents = pages.slice(0, count / 4).map((page, i) => [HEADS[i % HEADS.length], page]);
for (const [head, page] of documents) probe.stdin.write(`script ${Buffer.from(head + page).toString('hex')}\n`);
probe.stdin.end();

let i = 0, fields = 0, lost = 0;
const leaks = [], missing = [], misplaced = [];
let scripts = 0;
for await (const line of createInterface({ input: probe.stdout })) {
  const html = Buffer.from(line.slice(1), 'hex').toString();
  if (i >= pages.length) {
    const [head, page] = documents[i++ - pages.length];
    const place = judgeScript(html, head + page, /^[^-]*<head|\n<head/i.test(head) && !/^x?[{[]/.test(head + page));
    if (place === 'first') scripts++;
    else if (place !== 'none') misplaced.push(`${place}: ${JSON.stringify(html)}`);
    continue;
  }
  const verdict = judge(html, i % 2);
  fields += verdict.fields;
  lost += verdict.lost;
  if (verdict.leak) leaks.push(`${verdict.leak}: ${JSON.stringify(html)}`);
  if (verdict.missing) missing.push(JSON.stringify(html));
  i++;
}
console.log(JSON.stringify({ pages: Math.min(i, pages.length), documents: i - pages.length, scripts, misplaced: misplaced.slice(0, 5), fields, lost, leaks: leaks.slice(0, 5), leakCount: leaks.length, missing: missing.slice(0, 5), missingCount: missing.length }));
