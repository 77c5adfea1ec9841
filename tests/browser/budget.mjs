// Lighthouse in its mobile profile, and what a page may weigh.
import { known } from './addresses.mjs';
import { Faults, browser, fetchPage, keep, portals, tool } from './tools.mjs';

const LEAST = 0.98;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
/// Bytes over the wire, everything that a first visit loads.
const SEARCH_BYTES = 60 * 1024;
const SCRIPT_BYTES = 10 * 1024;
/// A busy machine makes a fast page slow; a slow page stays slow.
const TRIES = 3;
/// What Lighthouse says when the browser's own record of a load came to it with parts missing: nothing was measured.
const UNRECORDED = ['NO_TRACING_STARTED', 'NO_RESOURCE_REQUEST', 'NO_NAVSTART', 'NO_DCL', 'NO_FMP'];

const faults = new Faults();
const started = Date.now();
const { default: lighthouse } = await tool('lighthouse');
const facts = await known();

const targets = {
  home: '/', search: '/search?q=有限公司', record: `/records/${facts.id}`, subject: `/subjects/${facts.code}`, list: '/lists/penalty',
};
if ((await fetchPage(new URL('/stats', portals.base).href)).status === 200) targets.stats = '/stats';

/// Results of searches and records must stay out of search engines (the law on what is shown for a time only, and of
/// persons): for a page that says so, the one audit that asks for the opposite is left out.
const hidden = async (url) => /<meta name="robots" content="noindex/.test((await fetchPage(url)).text);

async function robots() {
  const { status, type, text } = await fetchPage(new URL('/robots.txt', portals.base).href);
  faults.check(status === 200 && type.startsWith('text/plain'), `robots.txt: ${status} ${type}`, '/robots.txt');
  for (const line of text.split('\n')) {
    faults.check(/^(#.*|(user-agent|allow|disallow): *\S*|sitemap: https?:\/\/\S+|)$/i.test(line.trim()), `robots.txt: not understood: ${line}`, '/robots.txt');
  }
}

async function measure(chromium, url, unindexed) {
  const page = await (await chromium.createBrowserContext()).newPage();
  const result = await lighthouse(url, {
    onlyCategories: CATEGORIES, skipAudits: unindexed ? ['is-crawlable'] : [], logLevel: 'error', output: 'json',
  }, undefined, page);
  await page.browserContext().close();
  return result.lhr;
}

await robots();
const chromium = await browser();
try {
  for (const [name, path] of Object.entries(targets)) {
    const url = new URL(path, portals.base).href;
    const unindexed = await hidden(url);
    let low = [];
    let lhr;
    for (let i = 0; i < TRIES; i += 1) {
      lhr = await measure(chromium, url, unindexed);
      low = CATEGORIES.filter((c) => !(lhr.categories[c].score >= LEAST));
      if (UNRECORDED.includes(lhr.runtimeError?.code)) continue;
      // only speed depends on what else the machine does
      if (low.length === 0 || low.some((c) => c !== 'performance')) break;
    }
    keep(`lighthouse/${name}.json`, JSON.stringify(lhr));
    const scores = CATEGORIES.map((c) => `${c} ${Math.round((lhr.categories[c].score ?? 0) * 100)}`).join(', ');
    const requests = lhr.audits['network-requests'].details?.items ?? [];
    const bytes = requests.reduce((sum, r) => sum + r.transferSize, 0);
    const scripts = requests.filter((r) => r.resourceType === 'Script').reduce((sum, r) => sum + r.transferSize, 0);
    console.log(`  ${name}: ${scores}; ${(bytes / 1024).toFixed(1)} KB, scripts ${(scripts / 1024).toFixed(1)} KB, ${requests.length} requests`);
    for (const category of CATEGORIES) {
      const why = lhr.categories[category].auditRefs
        .map((ref) => ({ ...lhr.audits[ref.id], weight: ref.weight }))
        .filter((a) => a.weight > 0 && a.score !== null && a.score < 0.98)
        .map((a) => `${a.id} ${a.displayValue ?? ''} ${JSON.stringify(a.details?.items?.[0] ?? '').slice(0, 200)}`);
      faults.check(!low.includes(category), `${name}: ${category} ${lhr.categories[category].score} is under ${LEAST}: ${why.join('; ')}`, url);
    }
    if (lhr.runtimeError) faults.add(`${name}: ${lhr.runtimeError.message}`, url);
    faults.check(scripts < SCRIPT_BYTES, `${name}: scripts of ${scripts} bytes`, url);
    if (name === 'search') faults.check(bytes < SEARCH_BYTES, `${name}: ${bytes} bytes`, url);
  }
} finally {
  await chromium.close();
}
faults.end(`budgets: ${Math.round((Date.now() - started) / 1000)} s`);
