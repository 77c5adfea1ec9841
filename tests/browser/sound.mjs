// Every page, wide and narrow, in both themes and three languages: WCAG (axe-core), HTML (html-validate), console,
// foreign hosts, sideways scrolling; pictures under target/screenshots.
import { known, pages } from './addresses.mjs';
import { Faults, PATIENCE, ROOT, adding, browser, each, fetchPage, keep, portals, textOf, tool } from './tools.mjs';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/// Tabs at one time: processors that we count on.
const TABS = 2;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/// What each language is looked at in: every theme and width in the first, one width a theme in the others.
const LOOKS = {
  'zh-Hans': [['light', 1280], ['light', 390], ['dark', 1280]],
  'zh-Hant': [['light', 1280], ['dark', 390]],
  en: [['light', 390], ['dark', 1280]],
};
/// Once only: wide and narrow.
const ONCE = { 'zh-Hans': [['light', 1280], ['light', 390]] };
/// Narrowest screen that is read on without sideways scrolling (WCAG 1.4.10).
const NARROWEST = 320;

const axe = textOf('axe-core/axe.min.js');
const { HtmlValidate } = await tool('html-validate');
const validator = new HtmlValidate({ root: true, extends: ['html-validate:recommended'] });
const faults = new Faults();
const started = Date.now();

/// What axe does not ask. Runs inside the page.
function structure(lang) {
  const out = [];
  const all = (css) => [...document.querySelectorAll(css)];
  if (document.documentElement.lang !== lang) out.push(`language is ${document.documentElement.lang}, not ${lang}`);
  if (!document.title) out.push('no title');
  if (all('h1').length !== 1) out.push(`${all('h1').length} first headings`);
  if (all('main').length !== 1) out.push('no main part');
  for (const e of all('img')) if (!e.hasAttribute('alt')) out.push(`no alternative text: ${e.outerHTML}`);
  if (![...document.styleSheets].some((s) => s.cssRules.length > 10)) out.push('the style sheet was not applied');
  if (all('script:not([src]):not([type="application/ld+json"]), [style], style').length > 0) out.push('inline script or style');
  for (const e of all('*')) if ([...e.attributes].some((a) => a.name.startsWith('on'))) out.push(`inline handler: ${e.outerHTML.slice(0, 80)}`);
  if (/undefined|\bNone\b|Some\(|\{\}/.test(document.body.innerText)) out.push('the inside of the program shows in the text');
  return out;
}

/// What makes a page wider than its screen, or nothing.
function tooWide() {
  const limit = window.innerWidth;
  if (document.documentElement.scrollWidth <= limit) return null;
  const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true; return false; };
  const wide = [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > limit + 0.5 && !scrolls(e))
    .sort((a, b) => a.querySelectorAll('*').length - b.querySelectorAll('*').length);
  const culprit = wide[0] ? wide[0].outerHTML.slice(0, 120) : 'unknown';
  return `${document.documentElement.scrollWidth} of ${limit}: ${culprit}`;
}

/// Texts that are cut off. Runs inside the page.
function cutOff() {
  const out = [];
  for (const e of document.body.querySelectorAll('main *, header *, footer *')) {
    const style = getComputedStyle(e);
    if (!/hidden|clip/.test(style.overflowX + style.overflowY) || e.closest('svg') || e.matches('input, textarea, select')) continue;
    if (e.clientWidth <= 1 || e.clientHeight <= 1) continue; // for screen readers only
    if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) out.push(e.outerHTML.slice(0, 100));
  }
  return out;
}

async function narrow(page, width, what, place) {
  await page.setViewport({ width, height: 900 });
  const wide = await page.evaluate(tooWide);
  faults.check(wide === null, `wider than a screen of ${width} (${what}): ${wide}`, place);
  for (const cut of await page.evaluate(cutOff)) faults.add(`text is cut off at ${width} (${what}): ${cut}`, place);
}

/// Goes to a page; to one that answers to a file by sending one.
async function arrive(page, target, url) {
  const opened = await page.goto(url, { waitUntil: 'load', timeout: PATIENCE });
  if (!target.upload) return opened;
  // Several pages are looked at side by side: each sends a file of its own.
  const folder = mkdtempSync(join(tmpdir(), 'sound-'));
  const file = join(folder, 'large.pdf');
  writeFileSync(file, Buffer.alloc(target.upload));
  const input = await page.$('main input[type=file]');
  await input.uploadFile(file);
  const [sent] = await Promise.all([
    page.waitForNavigation({ waitUntil: 'load', timeout: PATIENCE }),
    input.evaluate((e) => e.form.requestSubmit()),
  ]);
  rmSync(folder, { recursive: true });
  return sent;
}

/// The text of a page, as a program that runs no script gets it.
async function textAt(target, url) {
  if (!target.upload) return (await fetchPage(url)).text;
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(target.upload)]), 'large.pdf');
  const answer = await fetch(url, { method: 'POST', body: form, headers: { accept: 'text/html' } });
  return answer.text();
}

async function look(page, target, lang, looks) {
  const place = `${target.path} [${lang}]`;
  const url = adding(target.url, 'lang', lang);
  const host = new URL(target.url).host;
  const noise = [];
  const onRequest = (request) => { if (!request.url().startsWith('data:') && new URL(request.url()).host !== host) noise.push(`a request to another host: ${request.url()}`); };
  const onConsole = (message) => {
    const expected = target.status !== 200 && message.location().url?.startsWith(target.url.split('?')[0]) && /Failed to load resource/.test(message.text());
    if (['error', 'warn', 'warning'].includes(message.type()) && !expected) noise.push(`console: ${message.text()}`);
  };
  const onError = (error) => noise.push(`script: ${error.message}`);
  page.on('request', onRequest).on('console', onConsole).on('pageerror', onError);
  await page.setViewport({ width: looks[0][1], height: 900 });
  await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: looks[0][0] }]);
  if (target.first) await fetchPage(target.first);
  const answer = await arrive(page, target, url);
  if (target.status === undefined) target.status = answer.status();
  faults.check(answer.status() === target.status, `status ${answer.status()} instead of ${target.status}`, place);
  for (const fault of await page.evaluate(structure, lang)) faults.add(fault, place);
  await page.evaluate(axe);
  for (const [theme, width] of looks) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await narrow(page, width, theme, place);
    const found = await page.evaluate((rules) => window.axe.run(document, {
      runOnly: rules, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'],
    }).then((r) => r.violations.map((v) => ({
      id: v.id, help: v.help,
      nodes: v.nodes.map((n) => `${n.target.join(' ')} — ${n.html.slice(0, 120)} — ${(n.failureSummary ?? '').split('\n').slice(1).join(' ').trim().slice(0, 200)}`),
    }))), RULES);
    faults.checked += 1;
    for (const v of found) for (const node of v.nodes.slice(0, 3)) faults.add(`axe ${v.id}: ${v.help}`, `${place} ${theme} ${width}: ${node}`);
    const name = target.path.replaceAll(/[^\p{L}\p{N}]+/gu, '_').replaceAll(/^_|_$/g, '').slice(0, 60) || 'home';
    keep(`screenshots/${lang}-${theme}-${width}/${name}.png`, await page.screenshot({ fullPage: true, optimizeForSpeed: true }));
  }
  await narrow(page, NARROWEST, 'reflow', place);
  await narrow(page, 640, '200 % zoom of 1280', place);
  for (const fault of noise) faults.add(fault, place);
  page.off('request', onRequest).off('console', onConsole).off('pageerror', onError);
}

async function large(page, target) {
  if (target.first) await fetchPage(target.first);
  await arrive(page, target, adding(adding(target.url, 'lang', 'zh-Hans'), 'size', 'large'));
  const place = `${target.path} [large type]`;
  faults.check(await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize)) >= 20, 'large type is not large', place);
  for (const width of [1280, 640, 390, NARROWEST]) await narrow(page, width, 'large type', place);
  await page.setViewport({ width: 390, height: 900 });
  const name = target.path.replaceAll(/[^\p{L}\p{N}]+/gu, '_').replaceAll(/^_|_$/g, '').slice(0, 60) || 'home';
  keep(`screenshots/large-390/${name}.png`, await page.screenshot({ fullPage: true, optimizeForSpeed: true }));
}

async function html(target, lang) {
  const place = `${target.path} [${lang}]`;
  const text = await textAt(target, adding(target.url, 'lang', lang));
  const report = await validator.validateString(text);
  faults.checked += 1;
  for (const result of report.results) {
    for (const m of result.messages) if (m.severity === 2) faults.add(`html ${m.ruleId}: ${m.message}`, `${place} ${text.split('\n')[m.line - 1]?.slice(Math.max(0, m.column - 1), m.column + 90)}`);
  }
}

rmSync(join(ROOT, 'target', 'screenshots'), { recursive: true, force: true });
const facts = await known();
const targets = await pages(facts);
if (process.env.GONGSHI_ONLY) targets.splice(0, targets.length, ...targets.filter((t) => new RegExp(process.env.GONGSHI_ONLY).test(t.path)));
console.log(`${targets.length} pages, ${targets.filter((t) => !t.once).length} of them in every language and theme`);
const chromium = await browser();
try {
  const contexts = await Promise.all(Array.from({ length: TABS }, () => chromium.createBrowserContext()));
  const tabs = await Promise.all(contexts.map((c) => c.newPage()));
  const jobs = targets.flatMap((target) => Object.entries(target.once ? ONCE : LOOKS).map(([lang, looks]) => ({ target, lang, looks })));
  await each(jobs, TABS, async ({ target, lang, looks }, n) => {
    await look(tabs[n], target, lang, looks).catch((error) => faults.add(`the check itself failed: ${error.message}`, `${target.path} [${lang}]`));
    await html(target, lang);
  });
  console.log(`languages and themes: ${Math.round((Date.now() - started) / 1000)} s`);
  // the choice of large type is remembered by a cookie: last, in a context of its own
  const other = await (await chromium.createBrowserContext()).newPage();
  for (const target of targets.filter((t) => !t.once)) await large(other, target);
} finally {
  await chromium.close();
}
faults.end(`pages: ${Math.round((Date.now() - started) / 1000)} s`);
