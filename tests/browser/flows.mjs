// What a person does: with script switched off, then by keyboard alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { known } from './addresses.mjs';
import { Faults, PATIENCE, browser, portals, textOf } from './tools.mjs';

const faults = new Faults();
const started = Date.now();
const facts = await known();
const chromium = await browser();

/// A tab of a fresh visitor, who has chosen nothing yet.
async function visitor({ script = false, width = 1280 } = {}) {
  const page = await (await chromium.createBrowserContext()).newPage();
  await page.setJavaScriptEnabled(script);
  await page.setViewport({ width, height: 900 });
  await page.setExtraHTTPHeaders({ 'accept-language': 'zh-CN,zh;q=0.9' });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

const open = (page, path) => page.goto(new URL(path, portals.base).href, { waitUntil: 'load' });
const query = (page) => new URL(page.url()).searchParams;
const path = (page) => new URL(page.url()).pathname;
const text = (page, css = 'main') => page.$eval(css, (e) => e.innerText);

/// Clicks what a selector finds first and waits for the page it leads to.
async function follow(page, css) {
  const found = await page.waitForSelector(css, { visible: true, timeout: 10_000 });
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), found.click()]);
}

async function send(page, words) {
  await page.$eval('main input[name=q], input[name=q]', (e) => { e.value = ''; });
  await page.type('main input[name=q], input[name=q]', words);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
}

/// What is done in every width, script off.
const flows = {
  async 'from the first page to a record and its ways out'(page) {
    await open(page, '/');
    await send(page, facts.name);
    faults.check(path(page) === '/search' && query(page).get('q') === facts.name, 'the address does not hold the query', page.url());
    await follow(page, 'main a[href^="/records/"]');
    const words = await text(page);
    for (const word of [facts.name, '依据', '修复', '异议', '公示']) faults.check(words.includes(word), `a record does not say ${word}`, page.url());
    await follow(page, `main a[href^="/subjects/"]`);
    faults.check((await text(page)).includes(facts.code), 'a credit file does not name its code', page.url());
    await follow(page, 'main a[href^="/records/"]');
    faults.check(path(page).startsWith('/records/'), 'a credit file does not lead back to its records', page.url());
  },

  async 'facets narrow, chips widen'(page) {
    await open(page, '/search?q=有限公司');
    const all = await text(page);
    await page.evaluate(() => { for (const e of document.querySelectorAll('details')) e.open = true; });
    await follow(page, 'aside a[href*="list="], .filters a[href*="list="]');
    faults.check(query(page).has('list') && query(page).get('q') === '有限公司', 'a facet does not go into the address', page.url());
    faults.check((await text(page)) !== all, 'a facet changes nothing', page.url());
    await follow(page, '.chips a[href^="/search"]');
    faults.check(!query(page).has('list') && query(page).get('q') === '有限公司', 'a chip does not take its facet away', page.url());
  },

  async 'the pager goes on and comes back'(page) {
    await open(page, '/search?q=有限公司');
    const first = await page.$eval('main a[href^="/records/"]', (e) => e.href);
    await follow(page, 'a[rel=next]');
    const second = await page.$eval('main a[href^="/records/"]', (e) => e.href);
    faults.check(first !== second && query(page).get('q') === '有限公司', 'the second page is the first', page.url());
    await follow(page, '.pager a:not([rel=next])');
    faults.check((await page.$eval('main a[href^="/records/"]', (e) => e.href)) === first, 'no way back to the first page', page.url());
  },

  async 'a list is read page by page'(page) {
    await open(page, '/lists');
    await follow(page, 'main a[href="/lists/penalty"]');
    await follow(page, 'main a[href^="/records/"]');
    faults.check(path(page).startsWith('/records/'), 'a list does not lead to its records', page.url());
  },

  async 'a report is printed, verified by its code, and told from a wrong one'(page) {
    await open(page, `/subjects/${facts.code}`);
    await follow(page, 'main a[href$="/report"]');
    const words = await text(page);
    for (const word of [facts.code, '截至', '核验码', '免费']) faults.check(words.includes(word), `a report does not say ${word}`, page.url());
    const code = await text(page, '.seal-code');
    faults.check(/^([0-9A-Z]{4} ){13}[0-9A-Z]{4}$/.test(code.trim()), 'the code does not stand in groups', code);
    const tryCode = async (typed) => {
      await open(page, '/verify');
      await page.type('#code', typed);
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
      return text(page);
    };
    faults.check((await tryCode(code.toLowerCase())).includes('属实，没有变化'), 'a report does not verify', page.url());
    const wrong = code.trim().replace(/.$/, (c) => (c === '0' ? '1' : '0'));
    faults.check((await tryCode(wrong)).includes('不是本平台出具的核验码'), 'a wrong code verifies', page.url());
    faults.check((await page.$eval('.error-summary a', (e) => e.getAttribute('href'))) === '#code', 'the error does not lead to its field', page.url());
  },

  async 'the file of a report is known again, and a changed one is not'(page) {
    const pdf = await fetch(new URL(`/subjects/${facts.code}/report.pdf`, portals.base));
    const bytes = Buffer.from(await pdf.arrayBuffer());
    const folder = mkdtempSync(join(tmpdir(), 'report-'));
    const sendFile = async (name, content) => {
      writeFileSync(join(folder, name), content);
      await open(page, '/verify');
      await (await page.$('#file')).uploadFile(join(folder, name));
      await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('form[method=post] button')]);
      return text(page);
    };
    faults.check((await sendFile('genuine.pdf', bytes)).includes('完全一致'), 'the file of a report does not verify', page.url());
    bytes[bytes.length >> 1] ^= 1;
    faults.check((await sendFile('changed.pdf', bytes)).includes('被改动过'), 'a changed file verifies', page.url());
    rmSync(folder, { recursive: true });
  },

  async 'a slip in a code is mended'(page) {
    await open(page, '/search');
    await send(page, facts.wrongCode);
    await follow(page, `main a[href*="${facts.code}"]`);
    faults.check((await text(page)).includes(facts.name), 'the proposed code does not find its owner', page.url());
  },

  async 'a slip in a name still finds it, and says so'(page) {
    await open(page, '/search');
    await send(page, facts.nearName);
    faults.check((await text(page)).includes(facts.name), 'one wrong character hides a name', page.url());
    faults.check(/相近|未必/.test(await text(page)), 'a similar name is not told from the name', page.url());
  },

  async 'no hit is no clean bill'(page) {
    await open(page, '/search?q=zzzzzzzzzz');
    const words = await text(page);
    faults.check(words.includes('无相关公示信息'), 'an empty answer has other words than the law', page.url());
    faults.check(/不是.{0,12}证明/.test(words), 'an empty answer looks like a clean bill', page.url());
  },

  async 'a language chosen once stays'(page) {
    await open(page, `/records/${facts.id}`);
    for (const [tag, word] of [['en', 'Skip to content'], ['zh-Hant', '跳到正文'], ['zh-Hans', '跳到正文']]) {
      await follow(page, `a[hreflang="${tag}"]`);
      faults.check(path(page) === `/records/${facts.id}`, 'the switch of language leads elsewhere', page.url());
      await open(page, '/help');
      faults.check((await page.$eval('html', (e) => e.lang)) === tag, `${tag} is forgotten on the next page`, page.url());
      faults.check((await page.$eval('a[href="#main"]', (e) => e.textContent)) === word, `${tag} speaks another language`, page.url());
      await open(page, `/records/${facts.id}`);
    }
    await open(page, `/search?q=${encodeURIComponent(facts.name)}`);
    await follow(page, 'a[hreflang="en"]');
    faults.check(query(page).get('q') === facts.name, 'the switch of language loses the query', page.url());
  },

  async 'large type chosen once stays'(page) {
    await open(page, '/');
    const size = () => page.$eval('body', (e) => parseFloat(getComputedStyle(e).fontSize));
    const before = await size();
    await follow(page, 'a[href*="size=large"]');
    await open(page, '/lists');
    faults.check((await size()) >= before * 1.25, 'large type is forgotten or small', page.url());
    await follow(page, 'a[href*="size=normal"]');
    await open(page, '/');
    faults.check((await size()) === before, 'no way back to the normal type', page.url());
  },

  async 'every link of the frame leads to a page'(page) {
    await open(page, '/');
    const links = await page.$$eval('header a, footer a', (all) => [...new Set(all.map((a) => a.href))]);
    for (const link of links) {
      const answer = await page.goto(link, { waitUntil: 'domcontentloaded' });
      faults.check(answer.status() === 200, `a link of the frame is answered with ${answer.status()}`, link);
    }
  },
};

// ---- keyboard ----------------------------------------------------------------------------------

/// What can be reached by keyboard, in the order of the document. Runs inside the page.
const reachable = () => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
  .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }))
  .map((e) => { e.dataset.place ??= String(Math.random()); return e.dataset.place; });

/// Where the focus is and how it shows. Runs inside the page.
const focus = () => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const box = e.getBoundingClientRect();
  const style = getComputedStyle(e);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const middle = [box.left + Math.min(box.width, 40) / 2, box.top + Math.min(box.height, 24) / 2];
  const under = document.elementFromPoint(...middle);
  return {
    place: e.dataset.place, html: e.outerHTML.slice(0, 120).replace(/ ?data-place="[^"]*/, ''),
    inMain: Boolean(e.closest('main')), top: box.top + window.scrollY, tabindex: e.tabIndex,
    shows: outline || style.boxShadow !== 'none', thick: parseFloat(style.outlineWidth),
    seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth,
    covered: under !== null && !e.contains(under) && !under.contains(e),
  };
};

async function tabThrough(page, name, width) {
  const place = `${name} at ${width}`;
  const expected = await page.evaluate(reachable);
  const visited = [];
  let last = 0;
  for (let i = 0; i < expected.length + 5; i += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(focus);
    if (at === null || visited.includes(at.place)) break;
    visited.push(at.place);
    faults.check(at.shows, `the focus does not show: ${at.html}`, place);
    faults.check(at.seen, `the focus is off the screen: ${at.html}`, place);
    faults.check(!at.covered, `the focus is covered: ${at.html}`, place);
    faults.check(at.tabindex <= 0, `a tab index of its own: ${at.html}`, place);
    // on a narrow screen everything stands in one column: the focus only goes down
    if (width < 500 && at.inMain) faults.check(at.top >= last - 30, `the focus jumps up: ${at.html}`, place);
    if (at.inMain) last = at.top;
  }
  faults.check(visited.join() === expected.join(), `the order of focus is not that of the page: ${visited.length} of ${expected.length} places`, place);
}

async function keyboard(width) {
  const page = await visitor({ script: true, width });
  // a page that still glides has not arrived
  await page.emulateMediaFeatures([{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  for (const [name, address] of Object.entries({
    'first page': '/', search: '/search?q=有限公司', facets: '/search?q=有限公司&list=penalty&kind=legal_person',
    record: `/records/${facts.id}`, subject: `/subjects/${facts.code}`, list: '/lists/penalty', lists: '/lists',
  })) {
    await open(page, address);
    await tabThrough(page, name, width);
    await open(page, address);
    await page.keyboard.press('Tab');
    faults.check(await page.evaluate(() => document.activeElement.hash === '#main'), 'the first stop is not the skip link', `${name} at ${width}`);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    faults.check(await page.evaluate(() => Boolean(document.activeElement.closest('main')) || !document.querySelector('main a, main button, main input')), 'the skip link does not skip', `${name} at ${width}`);
  }
  // a search by keyboard alone: past the masthead, type, send, first hit, open
  await open(page, '/');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  faults.check(await page.evaluate(() => document.activeElement.name === 'q'), 'the first stop of the first page is not its search box', `first page at ${width}`);
  await page.keyboard.type(facts.name);
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
  for (let i = 0; i < 60; i += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(() => document.activeElement.closest('main') && document.activeElement.pathname?.startsWith('/records/'))) break;
  }
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
  faults.check(path(page).startsWith('/records/'), 'the keyboard does not reach a record', page.url());
  await page.close();
}

/// Pages with their own script: the page must be sound with what the script adds, too.
async function suggestions() {
  const page = await visitor({ script: true });
  const problems = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await open(page, '/search');
  if ((await page.$$('script[src]')).length > 0) {
    await page.type('main input[name=q]', [...facts.name].slice(0, 4).join(''), { delay: 60 });
    await new Promise((done) => setTimeout(done, 1500));
    await page.evaluate(textOf('axe-core/axe.min.js'));
    const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => `${v.id}: ${v.nodes[0].html.slice(0, 120)}`)));
    for (const fault of found) faults.add(`axe while typing: ${fault}`, page.url());
    await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.keyboard.press('Enter')]);
    faults.check(['/search', '/subjects'].some((p) => path(page).startsWith(p)), 'Enter while suggestions are open leads nowhere', page.url());
  }
  for (const problem of problems) faults.add(`script: ${problem}`, page.url());
}

try {
  for (const width of [1280, 390]) {
    for (const [name, flow] of Object.entries(flows)) {
      const page = await visitor({ width });
      await flow(page).then(
        () => console.log(`  ${name} (${width})`),
        (error) => faults.add(`${name}: ${error.message.split('\n')[0]}`, `${page.url()} at ${width}`),
      );
      await page.browserContext().close();
    }
    await keyboard(width);
    console.log(`  keyboard (${width})`);
  }
  await suggestions();
} finally {
  await chromium.close();
}
faults.end(`flows: ${Math.round((Date.now() - started) / 1000)} s`);
