// Which addresses there are: those that we know to matter, and whatever the pages link to.
import { api, fetchPage, portals } from './tools.mjs';

const CODE = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// A unified social credit code with its check character (GB 32100), for an organisation of which nothing is known.
export function codeOf(body) {
  const sum = [...body].reduce((total, c, i) => total + CODE.indexOf(c) * WEIGHTS[i], 0);
  return body + CODE[(31 - (sum % 31)) % 31];
}

const search = (params, path = '/search') => `${path}?${new URLSearchParams(params)}`;

/// Pages of one kind that are looked at, when links lead to many.
const SIBLINGS = 2;

/// The kind of a page by its address: two records are one kind, two chapters are two.
function kindOf(url) {
  const [, room, ...rest] = url.pathname.split('/');
  const query = [...url.searchParams.keys()].filter((k) => k !== 'lang' && k !== 'size').sort().join('&');
  const inside = rest.map((part, i) => (i % 2 === 0 ? '*' : part)).join('/');
  return `${room}/${inside}?${query}`;
}

/// Every page that the pages of a portal link to, some of each kind.
export async function linked(base, starts) {
  const kinds = new Map();
  const seen = new Set();
  const queue = starts.map((path) => new URL(path, base));
  const found = [];
  while (queue.length > 0) {
    const url = queue.shift();
    url.hash = '';
    url.searchParams.delete('lang');
    url.searchParams.delete('size');
    // the search page has addresses without end: those that matter are named below
    if (url.origin !== new URL(base).origin || seen.has(url.href) || url.pathname === '/search') continue;
    if (url.pathname.startsWith('/api/') || url.pathname.startsWith('/static/')) continue;
    seen.add(url.href);
    const kind = kindOf(url);
    const siblings = kinds.get(kind) ?? 0;
    if (siblings >= SIBLINGS) continue;
    const page = await fetchPage(url.href);
    if (!page.type.startsWith('text/html')) continue;
    kinds.set(kind, siblings + 1);
    found.push({ path: url.pathname + url.search, status: page.status });
    for (const [, href] of page.text.matchAll(/<a\s[^>]*?href="([^"]+)"/g)) {
      if (!/^(https?:)?\/\//.test(href) && !/^[a-z]+:/.test(href)) queue.push(new URL(href.replaceAll('&amp;', '&'), url));
    }
  }
  return found;
}

/// A record's id of a list, or nothing when the list shows none.
async function anyOf(list) {
  const found = await api(search({ list, limit: 1 }, '/api/v1/search'));
  return found.items[0];
}

/// What the portal with data holds that the checks need.
export async function known() {
  const all = await api(search({ q: '有限公司', list: 'penalty', limit: 20 }, '/api/v1/search'));
  const hit = all.items.find((item) => [...item.subject.name].length > 7) ?? all.items[0];
  const name = hit.subject.name;
  const code = hit.subject.credit_code;
  const wrong = code.slice(0, 17) + (code[17] === '0' ? '1' : '0');
  const letters = [...name];
  letters[3] = '龘';
  return {
    id: hit.id, name, code, wrongCode: wrong, nearName: letters.join(''),
    nobody: codeOf('91350299ZZZZ0000Z'.replaceAll('Z', 'X')),
    withEnd: all.items.find((item) => item.displayed_until),
  };
}

/// The pages to look at: where, with which status, and whether in every language and theme or once only.
export async function pages(facts) {
  const base = portals.base;
  const out = [];
  const add = (path, more = {}) => {
    const url = new URL(path, more.base ?? base).href;
    if (!out.some((page) => page.url === url)) {
      out.push({ url, path: (more.name ?? '') + new URL(url).pathname + decodeURI(new URL(url).search), status: 200, once: false, ...more });
    }
  };
  for (const path of [
    '/', '/search', search({ q: '有限公司' }),
    search({ q: '有限公司', list: 'penalty', kind: 'legal_person' }), search({ q: 'zzzzzzzzzz' }),
    search({ q: facts.nearName }), search({ q: facts.wrongCode }), search({ q: facts.name }),
    `/records/${facts.id}`, `/subjects/${facts.code}`, '/lists', '/lists/penalty', '/lists/judgment_defaulter',
    '/measures', '/help', '/about', '/apply', '/apply/repair', '/track',
  ]) add(path);
  add(search({ q: facts.code }), { once: true });
  add(search({ q: '司' }), { once: true });
  add(search({ q: '有限公司', sort: 'newest' }), { once: true });
  add(search({ list: 'licence' }), { once: true });
  add(search({ q: 'zzzzzzzzzz', list: 'penalty', year: '1999' }), { once: true });
  if (portals.person) add(search(portals.person), { once: true });
  add(search({ code: facts.code }, '/apply/repair'), { once: true });
  add(`/apply/objection?record=${facts.id}`, { once: true });
  add('/apply/complaint', { once: true });
  add('/apply/resume', { once: true });
  add(`/subjects/${facts.nobody}`, { status: undefined });
  add(`/subjects/${facts.code}/report`);
  add(`/subjects/${facts.nobody}/report`, { once: true });
  const report = await fetchPage(new URL(`/subjects/${facts.code}/report`, base).href);
  const [, sealed] = /class="seal-code"><code>([^<]+)</.exec(report.text);
  add(search({ code: sealed }, '/verify'), { once: true });
  add(search({ code: sealed.replaceAll(/[0-9]/g, '0') }, '/verify'), { once: true });
  // one record and one list of each category, for their fields and tables differ
  const categories = new Set(['penalty', 'judgment_defaulter']);
  for (const list of (await api('/api/v1/lists')).items) {
    if (categories.has(list.category)) continue;
    categories.add(list.category);
    add(`/lists/${list.code}`, { once: true });
    const record = list.shown > 0 && (await anyOf(list.code));
    if (record) add(`/records/${record.id}`, { once: true });
  }
  for (const kind of ['natural_person', 'individual_business']) {
    const found = await api(search({ kind, limit: 1 }, '/api/v1/search')).catch(() => ({ items: [] }));
    if (found.items[0]) add(`/records/${found.items[0].id}`, { once: true });
  }
  add('/no/such/page', { status: 404 });
  add('/subjects/91350203MA2EXA0199', { status: 400 });
  add('/search?year=26&kind=robot&sort=price', { status: 400, once: true });
  add(`/records/${'0'.repeat(20)}`, { status: 404, once: true });
  // what is not in any menu
  for (const path of ['/about/design', '/stats', '/catalogue', '/notices', '/verify', '/accessibility']) {
    if ((await fetchPage(new URL(path, base).href)).status === 200) add(path);
  }
  const fixed = new Set(out.map((page) => kindOf(new URL(page.url))));
  for (const page of await linked(base, ['/', '/help', '/about', `/records/${facts.id}`, `/subjects/${facts.code}`])) {
    // a kind that stands above already is looked at once more; a kind of its own in every language
    const url = new URL(page.path, base);
    if (fixed.has(kindOf(url)) && url.pathname.split('/').length > 2) add(page.path, { once: true });
    else add(page.path);
  }
  for (const [name, base] of Object.entries({ empty: portals.empty })) {
    if (!base) continue;
    for (const path of ['/', '/lists', '/lists/penalty', search({ q: '有限公司' }), ...['/stats', '/notices'].filter((p) => out.some((o) => o.path === p))]) {
      add(path, { base, name, once: true });
    }
  }
  if (portals.hard) {
    const { base, many, names, codes } = portals.hard;
    const more = { base, name: 'hard', once: true };
    for (const path of [`/subjects/${many}`, '/lists/penalty', '/stats', ...names.map((q) => search({ q })), ...codes.map((code) => `/subjects/${code}`)]) add(path, more);
    for (const q of names) {
      const found = await api(search({ q }, '/api/v1/search'), base);
      if (found.items.length === 0) throw new Error(`the hard name is not found: ${q}`);
      add(`/records/${found.items[0].id}`, more);
    }
  }
  if (portals.later && facts.withEnd) add(`/records/${facts.withEnd.id}`, { base: portals.later, name: 'later', status: 410 });
  if (portals.limited) {
    // one search a minute is allowed there: another goes before
    const first = new URL(search({ q: '有限' }), portals.limited).href;
    add(search({ q: '有限公司' }), { base: portals.limited, name: 'limited', status: 429, first });
  }
  if (portals.unready) add(search({ q: '有限公司' }), { base: portals.unready, name: 'unready', status: 503 });
  // a file is sent there that is larger than is taken
  add('/verify?code=', { name: 'too_large', status: 413, upload: 9 << 20 });
  if (portals.broken) add(`/records/${facts.id}`, { base: portals.broken, name: 'broken', status: 500 });
  return out;
}
