// Every way an application can go, from both sides, in a real browser: the applicant on the public pages, the officers at the
// desk. Each way is walked twice, with script and without it, once of that on a telephone's width.
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Faults, PATIENCE, browser, keep, portals, textOf } from './tools.mjs';

const { base, clock, password, officers, companies } = portals;
const faults = new Faults();
const started = Date.now();
const chromium = await browser();
const folder = mkdtempSync(join(tmpdir(), 'cases-'));
const proof = join(folder, '缴款书.pdf');
writeFileSync(proof, [
  '%PDF-1.4', '1 0 obj', '<< /Type /Catalog /Pages 2 0 R >>', 'endobj', '2 0 obj', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', 'endobj',
  '3 0 obj', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>', 'endobj',
  '4 0 obj', '<< /Length 14 >>', 'stream', 'BT (paid) Tj ET', 'endstream', 'endobj', 'trailer', '<< /Root 1 0 R >>', 'startxref', '9', '%%EOF', '',
].join('\n'));

// ---- a page ------------------------------------------------------------------------------------

/// What stands for one person at one screen.
const WIDTHS = [390, 1280];
/// The two screens of a way, by its place among the others: script on and off, of which the one is narrow in every second
/// way and the other in those between.
const screensOf = (n) => [{ script: true, width: WIDTHS[n % 2] }, { script: false, width: WIDTHS[(n + 1) % 2] }];
const told = (screen) => `${screen.width}, script ${screen.script ? 'on' : 'off'}`;
const scripted = new WeakMap();
const screened = (page) => scripted.get(page) === true;

async function visitor(screen) {
  const page = await (await chromium.createBrowserContext()).newPage();
  await page.setJavaScriptEnabled(screen.script);
  scripted.set(page, screen.script);
  await page.setViewport({ width: screen.width, height: 900 });
  await page.setExtraHTTPHeaders({ 'accept-language': 'zh-CN,zh;q=0.9' });
  page.setDefaultTimeout(PATIENCE);
  page.on('pageerror', (error) => faults.add(`script: ${error.message}`, page.url()));
  return page;
}

const open = (page, path) => page.goto(new URL(path, base).href, { waitUntil: 'load' });
const path = (page) => new URL(page.url()).pathname;
const text = (page, css = 'main') => page.$eval(css, (e) => e.innerText);
const has = async (page, css) => (await page.$(css)) !== null;

async function press(page, css) {
  const found = await page.waitForSelector(css, { visible: true, timeout: 15_000 });
  await found.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), found.click()]);
}

/// Fills whatever a form of the page asks for and the words are there for; answers how many fields that were.
async function fill(page, words, form = 'main form') {
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
async function says(page, word) {
  for (let n = 0; n < 60; n += 1) {
    if ((await text(page, 'body').catch(() => '')).includes(word)) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`${path(page)} does not say ${word}: ${(await text(page)).slice(0, 300)}`);
}

/// Chooses a file and sends it: as a form, or piece by piece where script runs.
async function upload(page, form, button) {
  await (await page.$(`${form} input[type=file]`)).uploadFile(proof);
  const sent = await page.$(`${form} ${button}`);
  await sent.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
  await Promise.all([page.waitForNavigation({ waitUntil: 'load', timeout: 20_000 }).catch(() => {}), sent.click()]);
}

const looked = new Set();
/// Accessibility and width of a page, each kind of page once a width; its picture is kept.
async function sound(page, kind) {
  const width = page.viewport().width;
  const place = `${kind} at ${width}`;
  if (looked.has(`${place} ${screened(page)}`)) return;
  looked.add(`${place} ${screened(page)}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  faults.check(overflow <= 1, `${overflow} px wider than the screen`, place);
  // where script is off nothing that takes its time can be run in the page: those who run it look for both
  if (screened(page)) {
    await page.evaluate(textOf('axe-core/axe.min.js'));
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)));
    for (const fault of found) faults.add(`axe: ${fault}`, place);
    faults.check(true);
  }
  keep(`screenshots/cases/${kind}-${width}.png`, await page.screenshot({ fullPage: true }));
}

/// The looks in which a page is judged that only one way comes by: both widths, by day and by night.
const LOOKS = [[390, 'light'], [390, 'dark'], [1280, 'light'], [1280, 'dark']];
const night = (theme) => [{ name: 'prefers-color-scheme', value: theme }];

/// The same in every look, as far as script is on; then the page stands as it was found.
async function soundInEveryLook(page, kind) {
  await sound(page, kind);
  if (!screened(page)) return;
  const before = page.viewport();
  const axe = textOf('axe-core/axe.min.js');
  for (const [width, theme] of LOOKS) {
    await page.setViewport({ ...before, width });
    await page.emulateMediaFeatures(night(theme));
    const place = `${kind} at ${width}, ${theme}`;
    const seen = await page.evaluate(() => [window.innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]);
    faults.check(seen[0] === width && seen[1] === (theme === 'dark'), 'a page is not judged in the look that was meant', `${place}: ${seen}`);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    faults.check(overflow <= 1, `${overflow} px wider than the screen`, place);
    await page.evaluate(axe);
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 160)}`)));
    for (const fault of found) faults.add(`axe: ${fault}`, place);
    keep(`screenshots/cases/${kind}-${width}-${theme}.png`, await page.screenshot({ fullPage: true }));
  }
  await page.emulateMediaFeatures(night('light'));
  await page.setViewport(before);
}

// ---- the applicant -----------------------------------------------------------------------------

const company = (c) => ({
  applicant_kind: 'organisation', name: c.name, credit_code: c.code, mobile: '13800138000', email: 'desk@example.cn',
  how: 'screen', signed_name: '赵虚构', signed_agree: 'yes',
});
const repairing = (c) => ({
  ...company(c), address: '福建省厦门市思明区虚构路1号', rep_name: '赵虚构', rep_id_kind: 'citizen_id', rep_id_number: '11010519491231002X',
  has_proxy: 'no', wish: 'end_penalty', performance: '罚款已于当日缴清，违法行为已经改正。', performed_on: '2026-05-20', amount_paid: '50000.00',
  reason: '已经改正，申请终止公示。', delivery: 'online', no_new_penalty: 'yes', consent: 'yes',
});
const objecting = (c, more = {}) => ({
  ...company(c), objection_type: 'wrong_content', disputed: '罚款金额', correct: '4 万元', facts: '决定书载明罚款四万元，公示为五万元，与决定书不一致。', consent: 'yes', ...more,
});
const complaining = (c, more = {}) => ({ ...company(c), ground: 'insufficient', replied_on: portals.today, facts: '答复没有说明依据，也没有核对决定书原件。', consent: 'yes', ...more });

/// Fills an application from its first page to the receipt; answers number and secret.
async function apply(screen, address, records, words) {
  const page = await visitor(screen);
  await open(page, address);
  await sound(page, `apply${new URL(address, base).pathname.replaceAll('/', '-')}`);
  if (records.length > 0) await fill(page, { record: records });
  await press(page, 'main form[method=post] button[type=submit]');
  faults.check(/^\/apply\/draft\//.test(path(page)), 'an application does not begin', page.url());
  await sound(page, 'tasks');
  const draft = path(page).split('/').slice(0, 4).join('/');
  await press(page, `main a[href^="${draft}/"]`);
  for (let step = 0; step < 30 && !path(page).endsWith('/check'); step += 1) {
    const before = page.url();
    const kind = path(page).split('/').pop();
    await sound(page, `step-${kind}`);
    if (kind === 'evidence') {
      if (!(await text(page)).includes('缴款书.pdf')) {
        // with several records the file is about the first of them alone
        await fill(page, { purpose: 'performance', about: records[0] ?? 'all' }, 'form[enctype]');
        await upload(page, 'form[enctype]', 'button[type=submit]');
        await says(page, '缴款书.pdf');
      }
      await press(page, `main form[action="${draft}/evidence"] button[type=submit]`);
    } else if (path(page) === draft) {
      await press(page, `main a[href="${draft}/check"]`);
    } else {
      await fill(page, words, `main form[method=post]`);
      await press(page, `main form[action^="${draft}/"] button[type=submit]`);
      if (await has(page, '.error-summary')) throw new Error(`${kind}: ${await text(page, '.error-summary')}`);
    }
    if (page.url() === before) throw new Error(`${kind} leads nowhere: ${(await text(page)).slice(0, 300)}`);
  }
  await sound(page, 'check');
  await press(page, `main form[action="${draft}/submit"] button[type=submit]`);
  await sound(page, 'receipt');
  const [number, secret] = await page.$$eval('.receipt-number code', (all) => all.map((e) => e.textContent.trim()));
  faults.check(Boolean(number && secret), 'a receipt has no number or no secret', page.url());
  for (const word of ['接下来', '免费']) faults.check((await text(page)).includes(word) || (await text(page, 'body')).includes(word), `a receipt does not say ${word}`, page.url());
  await page.browserContext().close();
  return { number, secret, screen };
}

/// The applicant's page of an application, and what stands on it.
async function track({ number, secret, screen }) {
  const page = await visitor(screen);
  await open(page, '/track');
  await sound(page, 'track-entry');
  await fill(page, { number, secret });
  await press(page, 'main form[method=post] button[type=submit]');
  if (path(page) !== `/track/${number}`) throw new Error(`not tracked: ${await text(page)}`);
  return page;
}

/// Waits until the applicant reads some words of his application.
async function reads(application, words, kind = 'track') {
  let seen = '';
  for (let n = 0; n < 40; n += 1) {
    const page = await track(application);
    seen = await text(page);
    const there = words.every((w) => seen.includes(w));
    if (there) await sound(page, kind);
    await page.browserContext().close();
    if (there) break;
    await new Promise((done) => setTimeout(done, 400));
  }
  for (const word of words) faults.check(seen.includes(word), `the applicant does not read: ${word}`, `${kind} ${application.number}: ${seen.slice(0, 600).replaceAll('\n', ' ')}`);
}

// ---- the officers ------------------------------------------------------------------------------

const seats = new Map();

async function officer(id, screen) {
  // one sign-in does for every screen that an officer sits at
  const seated = seats.get(id);
  if (seated) {
    await seated.setJavaScriptEnabled(screen.script);
    scripted.set(seated, screen.script);
    await seated.setViewport({ width: screen.width, height: 900 });
    await open(seated, '/desk');
    if (path(seated) === '/desk') return seated;
    await seated.browserContext().close();
  }
  const page = await visitor(screen);
  await open(page, '/desk/sign-in');
  await sound(page, 'sign-in');
  await fill(page, { id, password });
  await press(page, 'main form[action="/desk/sign-in"] button[type=submit]');
  if (!path(page).startsWith('/desk') || path(page).includes('sign-in')) throw new Error(`${id} cannot sign in: ${await text(page)}`);
  await sound(page, 'desk');
  seats.set(id, page);
  return page;
}

/// Opens a case as an officer: when it has come in, with a purpose.
async function look(id, name, screen) {
  const page = await officer(name, screen);
  for (let n = 0; n < 40; n += 1) {
    const answer = await open(page, `/desk/cases/${id}`);
    if (answer.status() === 200) break;
    await new Promise((done) => setTimeout(done, 300));
  }
  if (await has(page, 'form[action$="/purpose"]')) {
    await sound(page, 'purpose');
    await page.$eval('form[action$="/purpose"] input[name=purpose]', (e) => { e.checked = true; });
    await press(page, 'form[action$="/purpose"] button[type=submit]');
  }
  return page;
}

/// Does an act in a case, over its check page.
async function act(id, name, code, typed, screen) {
  const page = await look(id, name, screen);
  await sound(page, 'case');
  const link = `main a[href="/desk/cases/${id}/act/${code}"]`;
  // what an applicant has just sent comes to the desk a moment later
  for (let n = 0; n < 30 && !(await has(page, link)); n += 1) {
    await new Promise((done) => setTimeout(done, 300));
    await open(page, `/desk/cases/${id}`);
  }
  if (!(await has(page, link))) throw new Error(`${name} is not offered ${code} in ${id}: ${(await text(page)).slice(0, 500)}`);
  await press(page, link);
  const asked = 'main form[method=post] button[value=check]';
  if (await has(page, asked)) {
    await sound(page, `act-${code}`);
    await fill(page, typed, 'main form[method=post]');
    await press(page, asked);
    if (await has(page, '.error-summary')) throw new Error(`${code}: ${await text(page, '.error-summary')}`);
  }
  if (await has(page, 'main form[method=post] button[value=do]')) {
    await sound(page, `check-${code}`);
    await press(page, 'main form[method=post] button[value=do]');
  }
  if (path(page) !== `/desk/cases/${id}`) throw new Error(`${code} in ${id} is not done: ${(await text(page)).slice(0, 500)}`);
  return page;
}

// ---- what everybody sees -----------------------------------------------------------------------

const status = async (address) => (await fetch(new URL(address, base), { headers: { accept: 'text/html' } })).status;

/// Whether the file of the list holds a record; null while there is no file.
async function inFile(record) {
  const answer = await fetch(new URL('/data/list-penalty/records.jsonl', base));
  return answer.ok ? (await answer.text()).includes(record) : null;
}

/// The record is gone from every surface within two seconds of the act, with no second one.
async function gone(record, code, since) {
  const surfaces = {
    page: async () => (await status(`/records/${record}`)) === 410,
    api: async () => (await status(`/api/v1/records/${record}`)) === 410,
    search: async () => {
      const answer = await fetch(new URL(`/api/v1/search?q=${code}`, base));
      return answer.ok && !(await answer.text()).includes(record);
    },
    subject: async () => !(await (await fetch(new URL(`/subjects/${code}`, base), { headers: { accept: 'text/html' } })).text()).includes(record),
    tombstone: async () => {
      const withdrawn = await (await fetch(new URL('/api/v1/withdrawals?since=0', base))).text();
      return withdrawn.includes(record);
    },
    data: async () => (await inFile(record)) === false,
  };
  const missing = new Set(Object.keys(surfaces));
  while (missing.size > 0 && Date.now() - since < 20_000) {
    for (const name of [...missing]) if (await surfaces[name]()) missing.delete(name);
  }
  const took = Date.now() - since;
  faults.check(missing.size === 0, `still on: ${[...missing].join(', ')}`, record);
  return took;
}

const shown = async (record) => faults.check((await status(`/records/${record}`)) === 200, 'a record that stands is not shown', record);
const annotated = async (record, yes) => {
  for (let n = 0; n < 30; n += 1) {
    const told = await (await fetch(new URL(`/api/v1/records/${record}`, base))).json();
    if ((told.state === 'under_objection') === yes) { faults.check(true); return; }
    await new Promise((done) => setTimeout(done, 200));
  }
  faults.check(false, yes ? 'an accepted objection is not noted on the record' : 'the note of an objection stays', record);
};

/// Sets the clock of the portal.
const at = (instant) => writeFileSync(clock, instant);

// ---- the ways ----------------------------------------------------------------------------------

const op = 'operator';
const [one, two] = officers;
const case1 = (a) => `${a.number}-1`;

/// The officers of the authority that a case is routed to, as the desk names it.
async function whose(id, screen) {
  const page = await look(id, op, screen);
  const named = (await text(page, '#now')).split('认定单位').pop();
  return named.includes(two.name) ? two : one;
}

/// From handing in to "being verified".
async function verified(application, who, screen, part = 1) {
  const id = `${application.number}-${part}`;
  await act(id, op, 'forward', {}, screen);
  await act(id, who.handler, 'accept', {}, screen);
  await act(id, who.handler, 'verify', { findings: '缴款凭证与罚没收入系统一致，未发现新的同类违法行为。' }, screen);
  return id;
}

const GRANT = '罚款已缴清，违法行为已经改正，最短公示期届满，符合《信用修复管理办法》规定的条件。';
const REFUSE = '提交的证明不能说明责令改正事项已经完成，不符合修复条件。';

const ways = {
  async 'a repair is granted, and the record is gone from every surface'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    await reads(mine, ['已提交']);
    for (let n = 0; n < 40 && !(await inFile(record)); n += 1) await new Promise((done) => setTimeout(done, 250));
    faults.check((await inFile(record)) === true, 'a displayed record is not in the file of its list', record);
    const id = await verified(mine, one, screen);
    // who handled it does not decide it
    const handler = await look(id, one.handler, screen);
    faults.check(!(await has(handler, `main a[href="/desk/cases/${id}/act/approve"]`)), 'a handler is offered the decision', id);
    await act(id, one.approver, 'approve', { reasons: GRANT }, screen);
    const took = await gone(record, c.code, Date.now());
    faults.check(took < 2_000 + 3_000, `a repaired record stays for ${took} ms`, record);
    console.log(`    gone from every surface ${took} ms after the approver's page had come back`);
    await reads(mine, ['已同步', GRANT.slice(0, 12)], 'track-granted');
    const page = await track(mine);
    const letter = await page.$$eval('main a[href$=".pdf"]', (all) => all.map((a) => a.href));
    faults.check(letter.length > 0, 'no decision letter to download', page.url());
    await page.browserContext().close();
  },

  async 'a repair is refused, and may be objected to'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const id = await verified(mine, one, screen);
    await act(id, one.approver, 'reject', { reasons: REFUSE }, screen);
    await reads(mine, ['不予修复', REFUSE.slice(0, 12), '行政复议'], 'track-refused');
    await shown(record);
  },

  async 'one application for three records of two authorities ends in different ways'(screen, c) {
    const mine = await apply(screen, `/apply/repair?code=${c.code}`, c.records, repairing(c));
    const queue = await officer(op, screen);
    await open(queue, '/desk/cases');
    await sound(queue, 'queue');
    // the parts stand in the order of the authorities: which is whose the desk says
    const parts = new Map();
    for (const part of [1, 2, 3]) parts.set(part, await whose(`${mine.number}-${part}`, screen));
    faults.check(new Set(parts.values()).size === 2, 'three records of two authorities go to one', mine.number);
    // the file is about one record: whoever decides about another does not find it
    const finds = [];
    for (const part of [1, 2, 3]) {
      const page = await look(`${mine.number}-${part}`, parts.get(part).handler, screen);
      finds.push((await text(page)).includes('缴款书.pdf'));
    }
    faults.check(finds.filter(Boolean).length === 1, `a file about one record of three is found with ${finds}`, mine.number);
    const [a, b, d] = [1, 2, 3];
    await verified(mine, parts.get(a), screen, a);
    await act(`${mine.number}-${a}`, parts.get(a).approver, 'approve', { reasons: GRANT }, screen);
    await verified(mine, parts.get(b), screen, b);
    await act(`${mine.number}-${b}`, parts.get(b).approver, 'reject', { reasons: REFUSE }, screen);
    await act(`${mine.number}-${d}`, op, 'forward', {}, screen);
    await act(`${mine.number}-${d}`, parts.get(d).handler, 'refuse', { reasons: '申请事项不属于本单位认定，已说明受理单位。' }, screen);
    await reads(mine, ['已同步', '不予修复', '不予受理'], 'track-three');
    const states = await Promise.all(c.records.map((r) => status(`/records/${r}`)));
    faults.check(states.filter((s) => s === 410).length === 1, `one of three is granted, and the pages answer ${states}`, mine.number);
    // the officers of one authority find nothing of the other's
    const mineOnly = await officer(two.handler, screen);
    const other = [1, 2, 3].find((p) => parts.get(p) === one);
    if (other) {
      const answer = await open(mineOnly, `/desk/cases/${mine.number}-${other}`);
      faults.check(answer.status() === 404, `a case of another authority answers ${answer.status()}`, mineOnly.url());
    }
  },

  async 'a supplement is asked for and answered'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const id = case1(mine);
    await act(id, op, 'ask_supplement', { items: '加盖公章的信用承诺书\n责令改正事项的完成证明' }, screen);
    await reads(mine, ['待补正', '加盖公章的信用承诺书'], 'track-asked');
    const page = await track(mine);
    await press(page, `main a[href*="/track/${mine.number}/answer"]`);
    await sound(page, 'answer');
    await fill(page, { text: '已补充两份材料，见附件。' }, 'main form');
    await upload(page, 'main form', 'button[value=more]');
    await says(page, '缴款书.pdf');
    await press(page, 'main form button[value=check]');
    await sound(page, 'answer-check');
    await press(page, 'main form[method=post] button[type=submit]');
    await page.browserContext().close();
    await verified(mine, one, screen);
    await act(id, one.approver, 'approve', { reasons: GRANT }, screen);
    await gone(record, c.code, Date.now());
    await reads(mine, ['已同步']);
  },

  async 'a term is extended'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const id = await verified(mine, one, screen);
    await act(id, one.handler, 'extend', { reasons: '需要向另一机关核实履行情况，延长办理期限。' }, screen);
    await reads(mine, ['延期', '向另一机关核实'], 'track-extended');
  },

  async 'an application is withdrawn'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const page = await track(mine);
    await press(page, `main a[href*="/track/${mine.number}/withdraw"]`);
    await sound(page, 'withdraw');
    await press(page, 'main form[method=post] button[type=submit]');
    await page.browserContext().close();
    await reads(mine, ['已撤回'], 'track-withdrawn');
    await shown(record);
  },

  async 'an objection is upheld, partly upheld, dismissed, and complained about'(screen, c) {
    const [first, second, third] = c.records;
    const handed = async (record) => {
      const mine = await apply(screen, `/apply/objection?record=${record}`, [record], objecting(c));
      const id = case1(mine);
      await act(id, op, 'accept', {}, screen);
      await annotated(record, true);
      await act(id, op, 'forward', {}, screen);
      const who = await whose(id, screen);
      await act(id, who.handler, 'verify', { findings: '与决定书原件核对。' }, screen);
      return { mine, id, who };
    };
    const upheld = await handed(first);
    await act(upheld.id, upheld.who.approver, 'uphold', { reasons: '经核对，该信息不应公示，停止公示。', relief: 'stop_display' }, screen);
    await gone(first, c.code, Date.now());
    await reads(upheld.mine, ['异议成立', '不应公示'], 'track-upheld');

    const partly = await handed(second);
    await act(partly.id, partly.who.approver, 'uphold_partly', { reasons: '罚款金额更正为四万元，其余内容与决定书一致。', 'new-fine_amount': '4', 'new-fine': '4' }, screen);
    await annotated(second, false);
    await reads(partly.mine, ['部分成立'], 'track-partly');
    await shown(second);

    const dismissed = await handed(third);
    await act(dismissed.id, dismissed.who.approver, 'dismiss', { reasons: '公示内容与决定书原件一致，异议不成立。' }, screen);
    await annotated(third, false);
    await reads(dismissed.mine, ['异议不成立', '投诉'], 'track-dismissed');
    await shown(third);

    const page = await track(dismissed.mine);
    const link = await page.$eval('main a[href^="/apply/complaint"]', (a) => a.getAttribute('href'));
    await page.browserContext().close();
    const complaint = await apply(screen, link, [], complaining(c, { objection_number: dismissed.mine.number }));
    const id = case1(complaint);
    await act(id, 'leading', 'accept', {}, screen);
    await act(id, 'leading', 'consult', { meeting: '信用办〔2026〕7号会议纪要' }, screen);
    await act(id, 'leading2', 'dismiss', { reasons: '会商认为答复依据充分、事实清楚，投诉不成立。' }, screen);
    await reads(complaint, ['投诉不成立'], 'track-complaint');
  },

  async 'an application on paper is entered at the window, and followed on screen'(screen, c) {
    const [record] = c.records;
    const page = await officer(op, screen);
    await open(page, '/desk/cases/paper');
    await soundInEveryLook(page, 'paper-start');
    const sent = 'main form[action="/desk/cases/paper"] button';
    await fill(page, { kind: 'repair', received_on: portals.before, asked: c.code });
    await press(page, sent);
    await soundInEveryLook(page, 'paper-records');
    await fill(page, { record: [record] });
    await press(page, sent);
    await soundInEveryLook(page, 'paper-fields');
    await fill(page, repairing(c));
    await press(page, sent);
    await fill(page, { purpose: 'commitment' }, 'form[enctype]');
    await upload(page, 'form[enctype]', 'button[type=submit]');
    await says(page, '缴款书.pdf');
    await soundInEveryLook(page, 'paper-files');
    await press(page, `${sent}[value=check]`);
    await soundInEveryLook(page, 'paper-check');
    await press(page, `${sent}[value=do]`);
    await soundInEveryLook(page, 'paper-receipt');
    const [number, secret] = await page.$$eval('.receipt-number code', (all) => all.map((e) => e.textContent.trim()));
    faults.check(Boolean(number && secret), 'a receipt of a paper has no number or no secret', await text(page));
    // what is printed is one sheet of A4, without what is for officers
    await page.emulateMediaType('print');
    const [height, other] = await page.evaluate(() => [
      document.querySelector('.paper-receipt').getBoundingClientRect().height,
      [...document.querySelectorAll('.desk-head, .not-printed')].some((e) => e.getClientRects().length > 0),
    ]);
    await page.emulateMediaType(null);
    faults.check(!other, 'what is for officers is printed on the receipt', number);
    if (screen.width > 1000) faults.check(height < 1_050, `a receipt is ${height} px high, more than a sheet`, number);
    const mine = { number, secret, screen };
    await reads(mine, ['已提交'], 'track-paper');
    const id = await verified(mine, one, screen);
    await act(id, one.approver, 'approve', { reasons: GRANT }, screen);
    await gone(record, c.code, Date.now());
    await reads(mine, ['已同步']);
  },

  async 'what was hidden in a bankruptcy is shown again when the plan fails'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const id = await verified(mine, one, screen);
    await act(id, one.approver, 'shelter', { reasons: '人民法院已裁定批准重整计划，暂时屏蔽相关信息。' }, screen);
    await gone(record, c.code, Date.now());
    await reads(mine, ['已同步']);
    await act(id, one.approver, 'resume', { reasons: '人民法院裁定终止重整计划的执行，恢复公示。' }, screen);
    for (let n = 0; n < 30 && (await status(`/records/${record}`)) !== 200; n += 1) await new Promise((done) => setTimeout(done, 200));
    await shown(record);
    await reads(mine, ['已恢复公示', '终止重整计划'], 'track-resumed');
  },

  async 'false material is found after a repair'(screen, c) {
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    const id = await verified(mine, one, screen);
    await act(id, one.approver, 'approve', { reasons: GRANT }, screen);
    await gone(record, c.code, Date.now());
    await reads(mine, ['已同步']);
    const second = one.approver2 ?? one.approver;
    await act(id, second, 'revoke', { reasons: '缴款凭证系伪造，撤销修复决定，恢复公示。' }, screen);
    for (let n = 0; n < 30 && (await status(`/records/${record}`)) !== 200; n += 1) await new Promise((done) => setTimeout(done, 200));
    await shown(record);
    await reads(mine, ['已撤销', '伪造'], 'track-revoked');
    // its other records are barred, too, and that is told before anything is typed
    const page = await visitor(screen);
    await open(page, `/apply/repair?record=${c.records[1]}`);
    await sound(page, 'apply-barred');
    faults.check((await text(page)).includes('曾因材料不实被撤销'), 'a bar is not told', page.url());
    faults.check(!(await has(page, 'main input[name=record]')), 'who is barred may begin an application', page.url());
    await page.browserContext().close();
  },

};

/// The last way of all, on both its screens at a time: it moves the clock, after which nobody at the desk is signed in.
const LAST = 'a supplement is not answered in time';
async function unanswered(screens, applicants) {
  const asked = [];
  for (const [n, screen] of screens.entries()) {
    const c = applicants[n];
    const [record] = c.records;
    const mine = await apply(screen, `/apply/repair?record=${record}`, [record], repairing(c));
    await act(case1(mine), op, 'ask_supplement', { items: '责令改正事项的完成证明' }, screen);
    await reads(mine, ['待补正']);
    asked.push([mine, record]);
  }
  at(portals.later);
  for (const [mine, record] of asked) {
    await reads(mine, ['逾期未补正'], 'track-lapsed');
    await shown(record);
  }
}

/// Walks a way; a fault in it ends neither the others nor the report.
async function walk(name, screen, way) {
  const began = Date.now();
  await way().then(
    () => console.log(`  ${name} (${screen}): ${Math.round((Date.now() - began) / 100) / 10} s`),
    (error) => faults.add(`${name} (${screen}): ${error.message.split('\n').slice(0, 3).join(' ')}`, error.stack.split('\n').find((l) => l.includes('cases.mjs')) ?? ''),
  );
}

try {
  const only = process.env.GONGSHI_ONLY;
  const wanted = (name) => !only || name.includes(only);
  // each walk has an applicant of its own: what one did to a record is in the way of no other
  const own = [...companies];
  const all = Object.entries(ways);
  for (const [n, [name, way]] of all.entries()) {
    if (!wanted(name)) continue;
    for (const screen of screensOf(n)) await walk(name, told(screen), () => way(screen, own.shift()));
  }
  if (wanted(LAST)) {
    const screens = screensOf(all.length);
    await walk(LAST, screens.map(told).join('; '), () => unanswered(screens, [own.shift(), own.shift()]));
  }
} finally {
  await chromium.close();
  rmSync(folder, { recursive: true });
}
faults.end(`cases: ${Math.round((Date.now() - started) / 1000)} s`);
