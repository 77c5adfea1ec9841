// What walks from both sides share: visitors at a screen, what every page owes them, an objection from its first page to the
// receipt, officers at their seats, and where a published record is seen.
import { writeFileSync } from 'node:fs';
import { Faults, PATIENCE, browser, keep, portals, textOf } from './tools.mjs';

const { base, clock, password } = portals;
export const faults = new Faults();
export const chromium = await browser();
const started = Date.now();
/// Seconds since the walk began.
export const since = () => Math.round((Date.now() - started) / 1000);
export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// ---- a page ------------------------------------------------------------------------------------

const scripted = new WeakMap();
const screened = (page) => scripted.get(page) === true;

/// What a browser tells on its console of answers that were asked for: a refused form, a page that is gone.
const asked = /^Failed to load resource: the server responded with a status of (404|410|422)/;

/// A person at one screen: `{ script, width }`.
export async function visitor(screen) {
  const page = await (await chromium.createBrowserContext()).newPage();
  await page.setJavaScriptEnabled(screen.script);
  scripted.set(page, screen.script);
  await page.setViewport({ width: screen.width, height: 900 });
  await page.setExtraHTTPHeaders({ 'accept-language': 'zh-CN,zh;q=0.9' });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => faults.add(`script: ${error.message}`, page.url()));
  page.on('console', (said) => {
    if (said.type() === 'error' && !asked.test(said.text())) faults.add(`console: ${said.text()}`, page.url());
  });
  return page;
}

export const open = (page, path) => page.goto(new URL(path, base).href, { waitUntil: 'load' });
export const path = (page) => new URL(page.url()).pathname;
export const text = (page, css = 'main') => page.$eval(css, (e) => e.innerText);
export const has = async (page, css) => (await page.$(css)) !== null;

/// Clicks what is there and waits for the page that it leads to.
export async function press(page, css) {
  const found = await page.waitForSelector(css, { visible: true, timeout: 15_000 });
  await found.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), found.click()]);
}

/// Opens what is folded, as whoever reads it would.
export async function unfold(page, css) {
  const summary = await page.waitForSelector(`${css} > summary`, { visible: true, timeout: 15_000 });
  await summary.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  if (!(await page.$eval(css, (e) => e.open))) await summary.click();
  faults.check(await page.$eval(css, (e) => e.open), 'what is folded does not open', `${css} ${page.url()}`);
}

/// Fills whatever a form asks for and the words are there for; answers how many fields that were.
export async function fill(page, words, form = 'main form') {
  return page.$$eval(`${form} input, ${form} textarea, ${form} select`, (fields, given) => {
    let filled = 0;
    for (const field of fields) {
      if (field.type === 'hidden' || field.type === 'file' || !(field.name in given)) continue;
      const value = given[field.name];
      if (field.type === 'radio' || field.type === 'checkbox') {
        field.checked = Array.isArray(value) ? value.includes(field.value) : field.value === value;
      } else field.value = value;
      filled += 1;
    }
    return filled;
  }, words);
}

/// Waits until a page says some words, also where it runs no script.
export async function says(page, word) {
  for (let n = 0; n < 60; n += 1) {
    if ((await text(page, 'body').catch(() => '')).includes(word)) return;
    await pause(250);
  }
  throw new Error(`${path(page)} does not say ${word}: ${(await text(page)).slice(0, 300)}`);
}

const looked = new Set();
/// What every page owes, each kind of page once a screen: it is no wider than its window, breaks no rule of accessibility,
/// never shows the word; its picture is kept.
export async function sound(page, room, kind) {
  const width = page.viewport().width;
  const place = `${kind} at ${width}${screened(page) ? '' : ' without script'}`;
  if (looked.has(place)) return;
  looked.add(place);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  faults.check(overflow <= 1, `${overflow} px wider than the screen`, place);
  faults.check(!(await page.content()).includes('黑名单'), 'the word is shown', place);
  // where script is off nothing that takes its time can be run in the page: those who run it look for both
  if (screened(page)) {
    await page.evaluate(textOf('axe-core/axe.min.js'));
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)));
    for (const fault of found) faults.add(`axe: ${fault}`, place);
    faults.check(true);
  }
  keep(`screenshots/${room}/${kind}-${width}${screened(page) ? '' : '-plain'}.png`, await page.screenshot({ fullPage: true }));
}

// ---- the applicant -----------------------------------------------------------------------------

/// Fills an application that begins at an address, from its first page to the receipt; answers number and secret. `proof` is
/// the file that is handed in with it.
export async function apply(page, words, proof) {
  await press(page, 'main form[method=post] button[type=submit]');
  faults.check(/^\/apply\/draft\//.test(path(page)), 'an application does not begin', page.url());
  const draft = path(page).split('/').slice(0, 4).join('/');
  await press(page, `main a[href^="${draft}/"]`);
  for (let step = 0; step < 30 && !path(page).endsWith('/check'); step += 1) {
    const before = page.url();
    const kind = path(page).split('/').pop();
    if (kind === 'evidence') {
      if (!(await text(page)).includes('决定书.pdf')) {
        await fill(page, { purpose: 'performance' }, 'form[enctype]');
        await (await page.$('form[enctype] input[type=file]')).uploadFile(proof);
        const button = await page.$('form[enctype] button[type=submit]');
        await button.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
        await Promise.all([page.waitForNavigation({ waitUntil: 'load', timeout: 20_000 }).catch(() => {}), button.click()]);
        await says(page, '决定书.pdf');
      }
      await press(page, `main form[action="${draft}/evidence"] button[type=submit]`);
    } else if (path(page) === draft) {
      await press(page, `main a[href="${draft}/check"]`);
    } else {
      await fill(page, words, 'main form[method=post]');
      await press(page, `main form[action^="${draft}/"] button[type=submit]`);
      if (await has(page, '.error-summary')) throw new Error(`${kind}: ${await text(page, '.error-summary')}`);
    }
    if (page.url() === before) throw new Error(`${kind} leads nowhere: ${(await text(page)).slice(0, 300)}`);
  }
  await press(page, `main form[action="${draft}/submit"] button[type=submit]`);
  const [number, secret] = await page.$$eval('.receipt-number code', (all) => all.map((e) => e.textContent.trim()));
  faults.check(Boolean(number && secret), 'a receipt has no number or no secret', page.url());
  return { number, secret };
}

/// What an applicant reads of his application.
export async function track({ number, secret }, screen) {
  const page = await visitor(screen);
  await open(page, '/track');
  await fill(page, { number, secret });
  await press(page, 'main form[method=post] button[type=submit]');
  const said = await text(page);
  await page.browserContext().close();
  return said;
}

// ---- the officers ------------------------------------------------------------------------------

const seats = new Map();

/// An officer at a screen, with a page of the desk before him.
export async function officer(id, screen, to = '/desk') {
  const seated = seats.get(id);
  if (seated) {
    await seated.setJavaScriptEnabled(screen.script);
    scripted.set(seated, screen.script);
    await seated.setViewport({ width: screen.width, height: 900 });
    const answer = await open(seated, to);
    if (!path(seated).includes('sign-in')) return { page: seated, answer };
    await seated.browserContext().close();
    seats.delete(id);
  }
  const page = await visitor(screen);
  await open(page, '/desk/sign-in');
  await fill(page, { id, password });
  await press(page, 'main form[action="/desk/sign-in"] button[type=submit]');
  if (!path(page).startsWith('/desk') || path(page).includes('sign-in')) throw new Error(`${id} cannot sign in: ${await text(page)}`);
  seats.set(id, page);
  return { page, answer: await open(page, to) };
}

/// Does an act in a case of an application, over its check page.
export async function act(id, name, code, typed, screen) {
  let { page, answer } = await officer(name, screen, `/desk/cases/${id}`);
  for (let n = 0; n < 40 && answer.status() !== 200; n += 1) {
    await pause(300);
    answer = await open(page, `/desk/cases/${id}`);
  }
  if (await has(page, 'form[action$="/purpose"]')) {
    await page.$eval('form[action$="/purpose"] input[name=purpose]', (e) => { e.checked = true; });
    await press(page, 'form[action$="/purpose"] button[type=submit]');
  }
  const link = `main a[href="/desk/cases/${id}/act/${code}"]`;
  if (!(await has(page, link))) throw new Error(`${name} is not offered ${code} in ${id}: ${(await text(page)).slice(0, 500)}`);
  await press(page, link);
  const check = 'main form[method=post] button[value=check]';
  if (await has(page, check)) {
    await fill(page, typed, 'main form[method=post]');
    await press(page, check);
    if (await has(page, '.error-summary')) throw new Error(`${code}: ${await text(page, '.error-summary')}`);
  }
  if (await has(page, 'main form[method=post] button[value=do]')) await press(page, 'main form[method=post] button[value=do]');
  if (path(page) !== `/desk/cases/${id}`) throw new Error(`${code} in ${id} is not done: ${(await text(page)).slice(0, 500)}`);
}

// ---- what everybody sees -----------------------------------------------------------------------

export const html = async (address) => {
  const answer = await fetch(new URL(address, base), { headers: { accept: 'text/html' } });
  return { status: answer.status, text: await answer.text() };
};
export const plain = async (address) => (await fetch(new URL(address, base))).text();

/// Where a record is seen: each surface says whether it is there now; none while the surface says nothing at all.
export const surfaces = (record, code, list) => {
  const holds = async (address) => {
    const answer = await fetch(new URL(address, base), { headers: { accept: address.startsWith('/api/') ? 'application/json' : 'text/html' } });
    return answer.ok ? (await answer.text()).includes(record) : null;
  };
  const stands = async (address) => {
    const { status } = await fetch(new URL(address, base), { headers: { accept: address.startsWith('/api/') ? 'application/json' : 'text/html' } });
    return status === 200 ? true : status === 410 ? false : null;
  };
  return {
    page: () => stands(`/records/${record}`),
    api: () => stands(`/api/v1/records/${record}`),
    search: () => holds(`/search?q=${code}`),
    'search api': () => holds(`/api/v1/search?q=${code}`),
    subject: async () => (await html(`/subjects/${code}`)).text.includes(record),
    list: () => holds(`/lists/${list}`),
    feed: () => holds(`/feeds/${list}.atom`),
    data: () => holds(`/data/list-${list}/records.jsonl`),
  };
};

/// Waits until every surface says what it is to say; answers how long that took, and which did not.
async function until(of, wanted, begun, patience) {
  const missing = new Set(Object.keys(of));
  while (missing.size > 0 && Date.now() - begun < patience) {
    for (const name of [...missing]) if ((await of[name]()) === wanted) missing.delete(name);
    if (missing.size > 0) await pause(20);
  }
  return { took: Date.now() - begun, missing: [...missing] };
}

/// The record is seen on every surface, and the feed of changes has brought it.
export async function seen(record, code, list, place) {
  const { missing } = await until(surfaces(record, code, list), true, Date.now(), 30_000);
  faults.check(missing.length === 0, `a published record is not on: ${missing.join(', ')}`, place);
  return missing.length === 0;
}

/// The last thing that the feed of changes says of a record.
export async function lastChange(record) {
  let found;
  for (let next = 0, more = true; more;) {
    const feed = JSON.parse(await plain(`/api/v1/changes?since=${next}&limit=1000`));
    for (const item of feed.items) if (item.id === record) found = item;
    more = feed.more && feed.next_since > next;
    next = feed.next_since;
  }
  return found;
}

/// The record is gone from every surface within two seconds, with no second act; its tombstone says why.
export async function gone(record, code, list, whys, begun, place, limit = 2_000) {
  const { took, missing } = await until(surfaces(record, code, list), false, begun, 30_000);
  faults.check(missing.length === 0, `still on: ${missing.join(', ')}`, place);
  faults.check(took <= limit, `a record that left stays for ${took} ms`, place);
  const withdrawal = (await plain('/api/v1/withdrawals?since=0&limit=10000')).split('\n').filter((line) => line.includes(record)).pop();
  faults.check(withdrawal && whys.includes(JSON.parse(withdrawal).why), `the withdrawals say of what left: ${withdrawal}`, place);
  const change = await lastChange(record);
  faults.check(change?.op === 'tombstone' && whys.includes(change.why), `the changes say of what left: ${JSON.stringify(change)?.slice(0, 200)}`, place);
  return took;
}

/// Sets the clock of the portal.
export const at = (instant) => writeFileSync(clock, instant);
