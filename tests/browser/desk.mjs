// The officers' site: every page of every role, narrow and wide, by the accessibility rules; signing in and out, a review by
// one key and without script, and a file that is looked at and thrown away.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults, PATIENCE, browser, portals, textOf } from './tools.mjs';

const faults = new Faults();
const chromium = await browser();
const axe = textOf('axe-core/axe.min.js');
const PASSWORD = 'gongshi-demo';
const address = (path) => new URL(path, portals.base).href;

/// A tab of an officer's own browser.
async function tab({ script = true, width = 1280 } = {}) {
  const page = await (await chromium.createBrowserContext()).newPage();
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: 900 });
  await page.setExtraHTTPHeaders({ 'accept-language': 'zh-CN,zh;q=0.9' });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

const path = (page) => new URL(page.url()).pathname;
const go = (page, to) => page.goto(address(to), { waitUntil: 'load' });
async function press(page, css) {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.$eval(css, (e) => e.click())]);
}

async function signIn(page, id) {
  await go(page, '/desk/sign-in');
  await page.type('#id', id);
  await page.type('#password', PASSWORD);
  await press(page, 'form.desk-form button');
  faults.check(path(page) === '/desk', 'a sign-in leads to what waits', id);
}

/// What every page of the desk owes.
async function sound(page, place) {
  const run = 'axe.run(document, { resultTypes: ["violations"] }).then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].html.slice(0, 120)))';
  for (const theme of ['light', 'dark']) {
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    for (const fault of await page.evaluate(`${axe};${run}`)) faults.add(`axe: ${fault}`, `${place}, ${theme}`);
  }
  await page.emulateMediaFeatures([]);
  const wide = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  faults.check(wide <= 0, 'a page is no wider than its window', place);
  faults.check(!(await page.content()).includes('黑名单'), 'the word is never shown', place);
}

for (const width of [390, 1280]) {
  for (const id of ['operator', 'auditor', 'leading', 'dalian.handler', 'dalian.approver', 'dalian.clerk', 'dalian.secrecy']) {
    const page = await tab({ width });
    await go(page, '/desk/sign-in');
    await sound(page, `sign-in ${width}`);
    await signIn(page, id);
    const places = await page.$$eval('nav.places a', (all) => all.map((a) => a.getAttribute('href')));
    faults.check(places.length >= 4, 'every role has its places', id);
    for (const place of places) {
      const answer = await go(page, place);
      faults.check(answer.status() === 200, 'the navigation leads where the role may go', `${id} ${place}`);
      await sound(page, `${id} ${place} ${width}`);
    }
    await press(page, 'form[action="/desk/sign-out"] button');
    faults.check(path(page) === '/desk/sign-in', 'signing out', id);
    await page.browserContext().close();
  }
}

for (const script of [true, false]) {
  const page = await tab({ script });
  await signIn(page, 'operator');
  await go(page, '/desk/reviews');
  const waiting = await page.$('input[name=record]');
  if (faults.check(waiting, 'texts wait in the demonstration', '/desk/reviews')) {
    const first = await page.$eval('input[name=record]', (e) => e.value);
    if (script) await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('1')]);
    else await press(page, 'button[value=approve]');
    faults.check(page.url().includes(`after=${first}/`), 'a verdict leads to the next text', `script ${script}`);
  }
  const dir = mkdtempSync(join(tmpdir(), 'desk-'));
  const file = join(dir, 'rubbish.csv');
  writeFileSync(file, 'a,b\n1,2\n');
  await go(page, '/desk/imports');
  await page.select('#list', 'penalty');
  await (await page.$('#file')).uploadFile(file);
  await press(page, 'form.desk-form button[type=submit]');
  faults.check(path(page).startsWith('/desk/imports/'), 'an upload leads to its preview', `script ${script}`);
  if (script) await sound(page, 'preview');
  await press(page, 'button[value=drop]');
  faults.check(path(page) === '/desk/imports', 'a file is thrown away', `script ${script}`);
  rmSync(dir, { recursive: true });
}

await chromium.close();
faults.end('the desk');
