// What the browser tests share: the browser, the addresses of the running portals, the collected faults.
import { createRequire } from 'node:module';
import { mkdirSync, writeFileSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/// Where `npm ci` has put the tools: not into the source tree.
const TOOLS = join(ROOT, 'target', 'browser');
const require = createRequire(join(TOOLS, 'package.json'));

/// A tool from the lock file.
export const tool = async (name) => import(pathToFileURL(require.resolve(name)).href);
/// The text of a tool's file, to be run inside a page.
export const textOf = (name) => readFileSync(require.resolve(name), 'utf8');

/// The portals that were started for us: `base`, and for some checks `empty`, `later`, `limited`, `broken`.
export const portals = JSON.parse(process.env.GONGSHI_PORTALS ?? '{}');

const CHROMIUM = process.env.GONGSHI_CHROMIUM ?? '/usr/bin/chromium';

/// Debian's Chromium, without a window.
export async function browser() {
  const { default: puppeteer } = await tool('puppeteer-core');
  return puppeteer.launch({
    executablePath: CHROMIUM,
    headless: true,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars', '--no-first-run',
      '--disable-extensions', '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
}

/// Faults found, each once, with the places where it was seen.
export class Faults {
  constructor() {
    this.seen = new Map();
    this.checked = 0;
  }

  add(fault, place) {
    const places = this.seen.get(fault) ?? [];
    if (!places.includes(place)) places.push(place);
    this.seen.set(fault, places);
  }

  /// Counts a check, and notes the fault when it fails.
  check(good, fault, place) {
    this.checked += 1;
    if (!good) this.add(fault, place);
    return good;
  }

  /// Prints what was found and ends the process: well, or not.
  end(summary) {
    for (const [fault, places] of this.seen) {
      console.log(`✗ ${fault}`);
      for (const place of places.slice(0, 6)) console.log(`    ${place}`);
      if (places.length > 6) console.log(`    … and ${places.length - 6} more places`);
    }
    const verdict = this.seen.size === 0 ? 'no fault' : `${this.seen.size} kinds of faults`;
    console.log(`${summary}: ${this.checked} checks, ${verdict}`);
    process.exit(this.seen.size === 0 ? 0 : 1);
  }
}

/// An address with a parameter more.
export const adding = (url, name, value) => {
  const out = new URL(url);
  out.searchParams.set(name, value);
  return out.href;
};

/// A page as a browser that runs no script would ask for it.
export async function fetchPage(url) {
  const answer = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, redirect: 'manual' });
  return { status: answer.status, type: answer.headers.get('content-type') ?? '', text: await answer.text() };
}

/// The JSON of an address of the API.
export async function api(path, base = portals.base) {
  const answer = await fetch(new URL(path, base), { headers: { accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/// Writes a file under target/, which continuous integration keeps.
export function keep(path, data) {
  const full = join(ROOT, 'target', path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, data);
}

/// Runs work on every item, some at one time.
export async function each(items, atOnce, work) {
  const queue = [...items];
  const runner = async (n) => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, n);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, n) => runner(n)));
}

/// Fails when a page takes longer than this, on a busy machine.
export const PATIENCE = 60_000;
