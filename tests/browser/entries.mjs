// The life of list entries, whole, from both sides in a real browser: proposal, secrecy review, cross-check, approval, letter
// to the party, public notice with objections, signature, publication, and each exit of domain.md 7.1, with what everybody
// sees of it. Each way is gone once with script and once without, at both widths.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { portals } from './tools.mjs';
import {
  act, apply, at, chromium, faults, fill, gone, has, html, lastChange, officer, open, path, pause, plain, press, seen, since, sound, text, track, unfold,
  visitor,
} from './sides.mjs';

const { base, days, lists, officers, companies } = portals;
const folder = mkdtempSync(join(tmpdir(), 'entries-'));
const proof = join(folder, '决定书.pdf');
writeFileSync(proof, [
  '%PDF-1.4', '1 0 obj', '<< /Type /Catalog /Pages 2 0 R >>', 'endobj', '2 0 obj', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>', 'endobj',
  '3 0 obj', '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>', 'endobj',
  '4 0 obj', '<< /Length 14 >>', 'stream', 'BT (fact) Tj ET', 'endstream', 'endobj', 'trailer', '<< /Root 1 0 R >>', 'startxref', '9', '%%EOF', '',
].join('\n'));

const ROOM = 'entries';
const PHONE = '13800138000';
/// With script and without, each at a telephone's width as often as at a desk's.
const screens = [
  [{ script: true, width: 390 }, { script: false, width: 1280 }],
  [{ script: true, width: 1280 }, { script: false, width: 390 }],
];
let numbered = 0;

// ---- one entry -------------------------------------------------------------------------------------------

/// What is typed of an entry.
const cells = (e) => ({
  basis_document: `厦人防会〔2026〕${e.n}号`,
  'f-subject_name': e.company.name,
  'f-credit_code': e.company.code,
  'f-legal_rep_name': '赵虚构',
  'f-reason': e.list === lists.red ? `连续三年按期完成维护，联系电话${PHONE}。` : `拒不履行生效决定，联系电话${PHONE}。`,
  'f-designation_basis': '《厦门市人防系统守信联合激励和失信联合惩戒规定》第八条',
  'f-valid_until': e.valid ?? days.valid,
});

/// A new entry of a company on a list, at a screen.
function entry(list, company, screen, more = {}) {
  numbered += 1;
  return { n: numbered, list, company, screen, number: `厦人防认〔2026〕${numbered}号`, place: `${more.what ?? ''} ${list} at ${screen.width}, script ${screen.script ? 'on' : 'off'}`, ...more };
}

/// The entry as an officer has it before him.
async function look(e, who, kind) {
  const { page, answer } = await officer(officers[who], e.screen, `/desk/entries/${e.id}`);
  faults.check(answer.status() === 200, `the page of an entry answers ${answer.status()}`, `${who} ${e.place}`);
  if (kind) await sound(page, ROOM, kind);
  return page;
}

const stands = async (page, words, e) => {
  const said = await text(page, '.page-head');
  faults.check(said.includes(words), `an entry is not: ${words}`, `${e.place}: ${said.replaceAll('\n', ' ')}`);
};

/// The tasks of a handler, once they say what they should: they are opened and ended by what follows an act, a moment later.
async function tasksOnce(e, wanted) {
  let said = '';
  for (let n = 0; n < 40; n += 1) {
    const { page } = await officer(officers.handler, e.screen, '/desk/entries/tasks');
    said = await text(page);
    if (wanted(said)) break;
    await pause(300);
  }
  return said;
}

const form = (code) => `#acts details:has(input[name=act][value="${code}"])`;

/// Does an act; answers the page that follows. `refused` is said when it must not be done.
async function does(e, who, code, typed = {}, refused = '') {
  const page = await look(e, who);
  if (!(await has(page, form(code)))) throw new Error(`${who} is not offered ${code}: ${e.place}: ${(await text(page)).slice(0, 400)}`);
  await unfold(page, form(code));
  const asked = await fill(page, typed, `${form(code)} form`);
  faults.check(asked === Object.keys(typed).length, `${code} asks for ${asked} of ${Object.keys(typed)}`, e.place);
  await press(page, `${form(code)} button[type=submit]`);
  if (refused) {
    const said = await text(page);
    faults.check(path(page).endsWith('/act') && said.includes(refused), `${code} is not refused with: ${refused}`, `${e.place}: ${said.slice(0, 300)}`);
    for (const [name, value] of Object.entries(typed)) {
      const kept = await page.$eval(`${form(code)} [name="${name}"]`, (field) => field.value);
      faults.check(kept === value, `what was typed for ${code} is lost when it is refused`, `${e.place}: ${name}`);
    }
    await sound(page, ROOM, `refused-${code}`);
  } else if (path(page) !== `/desk/entries/${e.id}`) throw new Error(`${code} is not done: ${e.place}: ${(await text(page)).slice(0, 400)}`);
  return page;
}

/// How many matters the home page of an officer counts in a queue; none where it has no such queue.
async function waiting(who, queue, e) {
  const { page } = await officer(officers[who], e.screen);
  await sound(page, ROOM, `home-${who}`);
  const lines = await page.$$eval('.desk-waits li', (all) => all.map((li) => li.innerText));
  const line = lines.find((l) => l.includes(queue));
  return line ? Number(line.match(/[\d,]+/)?.[0].replaceAll(',', '')) : NaN;
}

/// A file of one row for a list.
function row(e, broken = false) {
  const typed = cells(e);
  const code = broken ? `${e.company.code.slice(0, 17)}${e.company.code.endsWith('0') ? '1' : '0'}` : e.company.code;
  const file = join(folder, `一行${e.n}${broken ? '错' : ''}.csv`);
  const values = [e.company.name, code, '赵虚构', `"${typed['f-reason']}"`, typed['f-designation_basis'], typed['f-valid_until']];
  writeFileSync(file, `名称,统一社会信用代码,法定代表人,认定事由,认定依据,有效期至\n${values.join(',')}\n`);
  return file;
}

/// Proposes an entry from its form or from a file, over the preview of what will be public.
async function propose(e) {
  const { page } = await officer(officers.handler, e.screen, '/desk/entries/new');
  await page.select('#list', e.list);
  await press(page, 'main form[method=get] button[type=submit]');
  await sound(page, ROOM, 'form');
  const typed = cells(e);
  const sent = 'main form[action="/desk/entries/new"][method=post]';
  if (e.file) {
    const upload = 'main form[action="/desk/entries/new/file"]';
    await unfold(page, '#by-file');
    await fill(page, { basis_document: typed.basis_document }, upload);
    await (await page.$(`${upload} input[type=file]`)).uploadFile(row(e, true));
    await press(page, `${upload} button[value=preview]`);
    const said = await text(page, '.error-summary');
    for (const word of [`文件「一行${e.n}错.csv」`, '第2行', '统一社会信用代码']) faults.check(said.includes(word), `the fault of a file does not say ${word}`, `${e.place}: ${said}`);
    await sound(page, ROOM, 'file-refused');
    await fill(page, { basis_document: typed.basis_document }, upload);
    await (await page.$(`${upload} input[type=file]`)).uploadFile(row(e));
    await press(page, `${upload} button[value=preview]`);
    faults.check((await page.$eval('#f-credit_code', (f) => f.value)) === e.company.code, 'the row of a file does not fill the form', e.place);
  } else {
    faults.check((await fill(page, typed, sent)) === Object.keys(typed).length, 'the form of a proposal lacks a field', e.place);
    await press(page, `${sent} button[value=preview]`);
  }
  const shown = await text(page);
  faults.check(shown.includes(PHONE) && shown.includes('[联系方式已隐去]'), 'a preview does not show raw and public side by side', `${e.place}: ${shown.slice(0, 300)}`);
  await sound(page, ROOM, 'preview');
  await press(page, `${sent} button[value=propose]`);
  e.id = path(page).split('/').pop();
  if (!/^MD-/.test(e.id)) throw new Error(`not proposed: ${e.place}: ${(await text(page)).slice(0, 400)}`);
  return page;
}

/// The bytes of a file that an officer downloads.
async function download(page, href) {
  const cookie = (await page.cookies()).map((c) => `${c.name}=${c.value}`).join('; ');
  const answer = await fetch(new URL(href, base), { headers: { cookie } });
  return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) };
}

/// What the notice board says of an entry: its notice, or nothing.
async function onBoard(e, kind) {
  const { items } = JSON.parse(await plain('/api/v1/notices'));
  return items.find((n) => n.kind === kind && n.subject.credit_code === e.company.code && n.list === e.list && (!n.document_number || n.document_number === e.number));
}

/// The public notice as a visitor reads it.
async function noticed(e) {
  const page = await visitor(e.screen);
  await open(page, '/notices');
  const board = await text(page, '#prior');
  for (const word of [e.company.name, '[联系方式已隐去]', '提出异议']) faults.check(board.includes(word), `a prior notice does not say ${word}`, e.place);
  faults.check(!board.includes(PHONE), 'a prior notice tells what is private', e.place);
  await sound(page, ROOM, 'notices');
  await page.browserContext().close();
  const notice = await onBoard(e, 'prior');
  faults.check(Boolean(notice), 'a prior notice is not on the board', e.place);
  e.notice = notice?.id;
  faults.check(notice?.last_day === days.last, `a notice ends on ${notice?.last_day} and not on ${days.last}`, e.place);
}

/// From the proposal to the public notice.
async function toNotice(e) {
  let page = await propose(e);
  await stands(page, '拟列入', e);
  const red = e.list === lists.red;
  faults.check((await has(page, '#checks')) === red, 'the first cross-check stands where it should not, or not where it should', e.place);
  if (red) faults.check((await text(page, '#checks')).includes('未发现'), 'the first cross-check found something', e.place);
  await sound(page, ROOM, `proposed-${red ? 'red' : 'serious'}`);
  // who proposed it neither reviews nor approves it
  for (const code of ['secrecy_review', 'approve_preliminary', 'sign']) faults.check(!(await has(page, form(code))), `a handler is offered ${code}`, e.place);
  faults.check((await waiting('secrecy', '待保密审查的名单事项', e)) > 0, 'the reviewer is not told that something waits', e.place);
  page = await does(e, 'secrecy', 'secrecy_review', { finding: 'clear' });
  await stands(page, '已过保密审查', e);
  page = await does(e, 'approver', 'approve_preliminary', { meeting: `厦人防会纪〔2026〕${e.n}号` });
  await stands(page, '初步同意', e);
  page = await look(e, 'handler', 'approved');
  const link = await page.$eval('#letter a[href$="letter.pdf"]', (a) => a.getAttribute('href'));
  const letter = await download(page, link);
  faults.check(letter.type === 'application/pdf' && letter.bytes.subarray(0, 4).toString() === '%PDF', `the letter to the party is no file: ${letter.type}`, e.place);
  faults.check((await text(page, '#letter')).includes('陈述、申辩的权利'), 'the letter does not tell the right to be heard', e.place);
  if (!red) {
    // nothing is told to the public before the party was told (S0, S3)
    await does(e, 'handler', 'open_prior_notice', {}, '告知');
    page = await does(e, 'handler', 'serve_party_notice', { notice: `厦人防告〔2026〕${e.n}号，已送达` });
    await stands(page, '已告知当事人', e);
    const until = (await has(page, '#party-days')) ? await text(page, '#party-days') : '';
    faults.check(until.includes(days.heard) && until.includes('签发'), `the page of an entry does not say until ${days.heard} that the party may be heard`, `${e.place}: ${until}`);
    await sound(page, ROOM, 'party-days');
  }
  page = await does(e, 'handler', 'open_prior_notice');
  await stands(page, '公示中', e);
  await noticed(e);
}

/// From the end of the notice onto the list, signed by one officer and published by another, as everybody sees.
async function sign(e) {
  const page = await does(e, 'signer', 'sign', { document_number: e.number });
  await stands(page, '已签发', e);
  faults.check(!(await has(page, form('publish'))), 'who signs is offered to publish', e.place);
}

async function publish(e) {
  let page = await look(e, 'handler', 'decided');
  faults.check((await text(page)).includes('已签发，请在期限内公布'), 'the task to publish is not told', e.place);
  page = await does(e, 'handler', 'publish');
  await stands(page, '已公布', e);
  const link = await page.$eval('#record a[href^="/records/"]', (a) => a.getAttribute('href'));
  e.record = link.split('/').pop();
  if (!(await seen(e.record, e.company.code, e.list, e.place))) return;
  const change = await lastChange(e.record);
  faults.check(change?.op === 'upsert' && change.record.document_number === e.number, 'the changes do not bring a published record', e.place);
  const visit = await visitor(e.screen);
  await open(visit, link);
  const shown = await text(visit);
  for (const word of [e.company.name, e.number]) faults.check(shown.includes(word), `the page of a record does not say ${word}`, e.place);
  faults.check(!shown.includes(PHONE), 'the page of a record tells what is private', e.place);
  await sound(visit, ROOM, 'record');
  for (const [kind, address] of [['search', `/search?q=${e.company.code}`], ['list', `/lists/${e.list}`], ['subject', `/subjects/${e.company.code}`]]) {
    await open(visit, address);
    faults.check(await has(visit, `a[href="/records/${e.record}"]`), `${kind} does not lead to a published record`, e.place);
    await sound(visit, ROOM, kind);
  }
  await visit.browserContext().close();
}

// ---- exits -----------------------------------------------------------------------------------------------

/// The record left at an instant: it is gone everywhere, the board says so for the right reason, the desk knows.
async function left(e, reason, words, whys, begun, limit) {
  const took = await gone(e.record, e.company.code, e.list, whys, begun, e.place, limit);
  console.log(`    ${reason}, ${e.place}: gone from every surface after ${took} ms`);
  const visit = await visitor(e.screen);
  await open(visit, '/notices');
  const board = await text(visit, '#exits');
  faults.check(board.includes(words), `the board does not say: ${words}`, `${reason} ${e.place}`);
  if (reason !== 'basis_revoked') {
    const notice = await onBoard(e, 'exit');
    faults.check(notice?.reason === reason, `the exit notice says ${notice?.reason} and not ${reason}`, e.place);
    faults.check(board.includes(e.number) && board.includes(e.company.name), 'an exit notice does not name who left', e.place);
  } else faults.check(!(await onBoard(e, 'exit')), 'what was withdrawn is told as an exit', e.place);
  await sound(visit, ROOM, 'exits');
  const status = await open(visit, `/records/${e.record}`);
  faults.check(status.status() === 410 && !(await text(visit)).includes(e.company.name), 'the page of what left is not gone, or names somebody', e.place);
  await sound(visit, ROOM, 'record-gone');
  await visit.browserContext().close();
  const page = await look(e, 'handler', 'exited');
  await stands(page, '已移出', e);
  faults.check((await text(page, '#record')).includes('不在公示'), 'the desk takes what left for displayed', e.place);
  faults.check(!(await tasksOnce(e, (said) => !said.includes(e.id))).includes(e.id), 'a task of an entry that left still waits', e.place);
}

/// Proposed by one officer and done by another.
async function exit(e, reason, words) {
  let page = await does(e, 'handler', 'propose_exit', { reason, meeting: `厦人防会纪〔2026〕${100 + e.n}号` });
  faults.check(!(await has(page, form('exit'))), 'who proposes an exit is offered to do it', e.place);
  faults.check((await html(`/records/${e.record}`)).status === 200, 'an exit that is proposed takes the record away', e.place);
  page = await does(e, 'approver', 'exit');
  const begun = Date.now();
  await stands(page, '已移出', e);
  await left(e, reason, words, ['delisted'], begun);
}

/// The standard of a list has changed: a verdict for each entry by one officer, the exits by another.
async function reevaluated(e, kept) {
  const address = `/desk/entries/reevaluate?list=${e.list}`;
  const { page } = await officer(officers.handler, e.screen, address);
  await sound(page, ROOM, 'bulk');
  for (const [one, verdict] of [[e, 'exit'], [kept, 'keep']]) {
    const radio = `#${verdict}-${one.id}`;
    if (!(await has(page, radio))) throw new Error(`no verdict can be given: ${radio}`);
    await page.$eval(radio, (r) => { r.scrollIntoView({ block: 'center' }); r.checked = true; });
  }
  await fill(page, { meeting: '厦人防会纪〔2026〕300号' }, 'main form[method=post]');
  await press(page, 'main form[method=post] button[type=submit]');
  const said = await text(page, '[role=status]');
  faults.check(said.includes(e.id) && said.includes(kept.id) && said.split('已办').length === 3, 'a re-evaluation does not say what became of each entry', said);
  await sound(page, ROOM, 'bulk-done');
  faults.check((await html(`/records/${e.record}`)).status === 200, 'a verdict alone takes a record away', e.place);
  const { page: second } = await officer(officers.approver, e.screen, address);
  faults.check((await has(second, `#exit-${e.id}`)) && !(await has(second, `#exit-${kept.id}`)), 'the approver is not offered what was proposed, or what was not', e.place);
  await second.$eval(`#exit-${e.id}`, (box) => { box.checked = true; });
  await press(second, 'main form[method=post] button[type=submit]');
  const begun = Date.now();
  await left(e, 'standard_changed', '认定标准变化', ['delisted'], begun);
  faults.check((await html(`/records/${kept.record}`)).status === 200, 'what is kept has left', kept.place);
}

async function revoked(e) {
  const page = await does(e, 'handler', 'basis_revoked', { reasons: '作为依据的决定经行政复议撤销。' });
  const begun = Date.now();
  await stands(page, '已移出', e);
  await left(e, 'basis_revoked', '决定被撤销、变更或者确认违法、无效', ['withdrawn'], begun);
}

/// A subject of a red list has entered another list: officers are told, look, and decide (S1 art. 12(1)2).
async function disqualified(e, other) {
  const { page: tasks } = await officer(officers.handler, e.screen, '/desk/entries/tasks');
  const told = await text(tasks);
  faults.check(told.includes('守信名单主体被列入其他名单') && told.includes(e.id), 'nobody is told that a red-list subject entered another list', `${e.place}: ${told.slice(0, 300)}`);
  faults.check(await has(tasks, `a[href="/records/${other.record}"]`), 'the task does not lead to the other record', e.place);
  await sound(tasks, ROOM, 'tasks');
  faults.check((await waiting('handler', '名单任务', e)) > 0, 'the home page does not count the task', e.place);
  const page = await look(e, 'handler', 'contradicted');
  faults.check((await text(page)).includes('守信名单主体被列入其他名单'), 'the entry does not say that its subject entered another list', e.place);
  faults.check((await html(`/records/${e.record}`)).status === 200, 'a contradiction alone takes a record away', e.place);
  await exit(e, 'disqualified', '列入失信名单或者滥用激励');
}

// ---- objections ------------------------------------------------------------------------------------------

const objecting = (company) => ({
  applicant_kind: 'organisation', name: company.name, credit_code: company.code, mobile: '13800138001', email: 'desk@example.cn',
  how: 'screen', signed_name: '钱虚构', signed_agree: 'yes', objection_type: 'not_to_be_shown',
  facts: '该主体去年因逾期维护被责令改正，不符合列入条件，附决定书。', consent: 'yes',
});

/// Somebody objects to the notice of an entry, from the board.
async function object(e) {
  const page = await visitor(e.screen);
  await open(page, '/notices');
  const link = `#prior a[href*="notice=${e.notice}"]`;
  faults.check(await has(page, link), 'a notice does not lead to an objection', e.place);
  await press(page, link);
  faults.check((await text(page)).includes(e.company.name), 'the objection does not say what it is about', e.place);
  await sound(page, ROOM, 'object-start');
  e.objection = await apply(page, objecting(companies[0]), proof);
  await sound(page, ROOM, 'object-receipt');
  await page.browserContext().close();
  // the entry is under review as soon as the desk has the objection; its task is opened by what follows, a moment later
  const task = '列入前异议待核实答复';
  const told = async (page) => (await text(page, '.page-head')).includes('异议核实中') && (await text(page)).includes(task);
  let desk = await look(e, 'handler');
  for (let n = 0; n < 40 && !(await told(desk)); n += 1) {
    await pause(300);
    desk = await look(e, 'handler');
  }
  await stands(desk, '异议核实中', e);
  faults.check((await text(desk)).includes(task), 'the task to answer an objection is not told', e.place);
  await sound(desk, ROOM, 'objection-review');
  faults.check(Boolean(await onBoard(e, 'prior')), 'an objection takes the notice away', e.place);
}

/// The answer to the objection, and what it means for the entry.
async function answered(e, upheld) {
  const id = `${e.objection.number}-1`;
  await act(id, officers.operator, 'accept', {}, e.screen);
  await act(id, officers.operator, 'forward', {}, e.screen);
  await act(id, officers.handler, 'verify', { findings: '与会议材料和决定书核对。' }, e.screen);
  const reasons = upheld ? '经核实，该主体不符合列入条件，异议成立。' : '经核实，决定书已被撤销，异议不成立。';
  await act(id, officers.approver, upheld ? 'uphold' : 'dismiss', upheld ? { reasons, relief: 'stop_display' } : { reasons }, e.screen);
  const wanted = upheld ? '不予列入' : '公示中';
  let page = await look(e, 'handler');
  for (let n = 0; n < 40 && !(await text(page, '.page-head')).includes(wanted); n += 1) {
    await pause(300);
    page = await look(e, 'handler');
  }
  await stands(page, wanted, e);
  await sound(page, ROOM, upheld ? 'objection-upheld' : 'objection-dismissed');
  faults.check((await text(page)).includes(id), 'the history does not name the objection', e.place);
  let told = '';
  for (let n = 0; n < 40 && !told.includes(reasons); n += 1) {
    told = await track(e.objection, e.screen);
    if (!told.includes(reasons)) await pause(300);
  }
  faults.check(told.includes(reasons), 'who objected does not read the reasons', `${e.place}: ${told.slice(0, 300)}`);
  for (let n = 0; n < 20 && upheld && (await onBoard(e, 'prior')); n += 1) await pause(200);
  faults.check(Boolean(await onBoard(e, 'prior')) === !upheld, upheld ? 'the notice of what is not listed stays' : 'a dismissed objection takes the notice away', e.place);
}

// ---- the walk --------------------------------------------------------------------------------------------

const { red, black } = lists;
let company = 1;
const next = () => companies[company++];
/// Two entries for a way: one with script, one without, at different widths.
let turn = 0;
const pair = (what, [one, two], more = {}) => {
  const [a, b] = screens[turn++ % screens.length];
  return [entry(one, next(), a, { what, ...more }), entry(two, next(), b, { what, ...more })];
};

const ways = {
  error: pair('error', [red, black]),
  disqualified: pair('disqualified', [red, red]),
  repaired: pair('repaired', [black, black]),
  changed: pair('changed', [red, black]),
  sealed: pair('sealed', [red, black]),
  revoked: pair('revoked', [red, black]),
  expired: pair('expired', [red, black], { valid: days.expires, file: true }),
};
// who is on a red list and then enters a list of dishonesty: the companies of the entries that leave as repaired
ways.repaired.forEach((e, n) => { e.company = ways.disqualified[n].company; });
const upheld = pair('upheld', [red, black]);
// red entries that are signed when their subject enters a list of dishonesty
const late = pair('late', [red, red]);
late.forEach((e, n) => { e.company = n === 0 ? ways.error[1].company : ways.changed[1].company; });
const all = Object.values(ways).flat();

async function step(name, work) {
  await work().then(
    () => console.log(`  ${name}: ${since()} s`),
    (error) => faults.add(`${name}: ${error.message.split('\n').slice(0, 3).join(' ')}`, error.stack.split('\n').find((l) => l.includes('entries.mjs:')) ?? ''),
  );
}

try {
  for (const e of [...all, ...upheld, ...late]) await step(`to the notice: ${e.place}`, () => toNotice(e));
  // nothing is signed before the notice is over
  for (const e of ways.error) await step(`too early: ${e.place}`, () => does(e, 'signer', 'sign', { document_number: e.number }, days.last));
  for (const e of upheld) await step(`objection upheld: ${e.place}`, async () => { await object(e); await answered(e, true); });
  for (const e of ways.sealed) {
    await step(`objection dismissed: ${e.place}`, async () => { await object(e); await answered(e, false); });
  }

  at(days.after);
  for (const e of upheld) {
    await step(`never signed: ${e.place}`, async () => {
      faults.check(!(await has(await look(e, 'signer'), form('sign'))), 'what is not listed is offered to be signed', e.place);
    });
  }
  for (const e of [...all, ...late]) await step(`signed: ${e.place}`, () => sign(e));
  // red lists first: their subjects enter lists of dishonesty afterwards
  for (const e of all.filter((e) => e.list === red)) await step(`published: ${e.place}`, () => publish(e));
  for (const e of all.filter((e) => e.list === black)) await step(`published: ${e.place}`, () => publish(e));

  // the second cross-check, immediately before publication
  for (const e of late) {
    await step(`refused before publication: ${e.place}`, async () => {
      await does(e, 'handler', 'publish', {}, '不能列入守信名单');
      const page = await look(e, 'handler', 'refused-late');
      await stands(page, '不予列入', e);
      const found = await text(page, '#checks');
      faults.check(found.includes('发现') && found.includes('严重失信主体名单'), 'the evidence of the second cross-check is not shown', `${e.place}: ${found}`);
    });
  }
  // the first cross-check, when somebody so listed is proposed
  const onBlack = [ways.repaired[0], ways.sealed[1]];
  for (const [n, other] of onBlack.entries()) {
    const e = entry(red, other.company, screens[0][n], { what: 'refused' });
    await step(`refused at once: ${e.place}`, async () => {
      const page = await propose(e);
      await stands(page, '拟制', e);
      const said = await text(page);
      faults.check(said.includes('不能列入守信名单'), 'a refusal is not told', e.place);
      const found = await text(page, '#checks');
      for (const word of ['严重失信主体名单', other.record]) faults.check(found.includes(word), `the evidence does not say ${word}`, `${e.place}: ${found}`);
      faults.check(await has(page, `#checks a[href="/records/${other.record}"]`), 'the evidence does not lead to what was found', e.place);
      await sound(page, ROOM, 'refused-first');
      // the draft cannot be handed in as long as the entry stands
      await does(e, 'handler', 'propose', {}, '不能列入守信名单');
      for (const code of ['secrecy_review', 'approve_preliminary']) faults.check(!(await has(await look(e, 'secrecy'), form(code))), `a refused draft is offered ${code}`, e.place);
    });
  }

  for (const [n, e] of ways.disqualified.entries()) await step(`disqualified: ${e.place}`, () => disqualified(e, ways.repaired[n]));
  for (const e of ways.error) await step(`designation error: ${e.place}`, () => exit(e, 'designation_error', '认定有误'));
  for (const e of ways.repaired) await step(`repaired: ${e.place}`, () => exit(e, 'repaired', '信用修复'));
  for (const e of ways.changed) {
    const kept = ways.revoked.find((k) => k.list === e.list);
    await step(`standard changed: ${e.place}`, () => reevaluated(e, kept));
  }
  for (const e of ways.sealed) await step(`sealed by law: ${e.place}`, () => exit(e, 'sealed_by_law', '依法封存'));
  for (const e of ways.revoked) await step(`basis revoked: ${e.place}`, () => revoked(e));

  at(days.near);
  for (const e of ways.expired) {
    await step(`reported before its end: ${e.place}`, async () => {
      let page = await look(e, 'handler');
      for (let n = 0; n < 40 && !(await text(page, '.page-head')).includes('即将到期'); n += 1) {
        await pause(300);
        page = await look(e, 'handler');
      }
      await stands(page, '即将到期', e);
      await sound(page, ROOM, 'expiring');
      const told = await tasksOnce(e, (said) => said.includes(e.id));
      faults.check(told.includes('即将到期，请向认定会议报告') && told.includes(e.id), 'the report of an expiry is no task', `${e.place}: ${told.slice(0, 300)}`);
      faults.check((await html(`/records/${e.record}`)).status === 200, 'what expires has left before its end', e.place);
    });
  }
  at(days.over);
  const begun = Date.now();
  for (const e of ways.expired) {
    // a new day is noticed by each surface in its own time
    await step(`expired: ${e.place}`, async () => {
      for (let n = 0; n < 100 && !(await onBoard(e, 'exit')); n += 1) await pause(200);
      await left(e, 'expired', '有效期届满', ['delisted', 'expired'], begun, 60_000);
    });
  }
} finally {
  await chromium.close();
  rmSync(folder, { recursive: true });
}
faults.end(`entries: ${since()} s`);
