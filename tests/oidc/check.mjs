// Signs officers in with a real OpenID provider: the real program, the provider of the registry, and a browser without script
// that follows what it is told: forms, redirects, cookies.
//
//   node tests/oidc/check.mjs PROGRAM
import { spawn, spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startProvider } from './provider.mjs';

const program = resolve(process.argv[2]);
const dir = mkdtempSync(join(tmpdir(), 'oidc-'));
const SECRET = `secret ${randomBytes(8).toString('hex')}: & more`;
let passed = 0;
let failed = 0;
/// What must stand in no log: codes, states, cookies, tokens.
const secrets = new Set([SECRET]);

function check(good, what, more = '') {
  if (good) passed += 1;
  else {
    failed += 1;
    console.log(`✗ ${what} ${more}`);
  }
}
const pause = (seconds) => new Promise((done) => { setTimeout(done, seconds * 1000); });
const freePort = () => new Promise((done) => {
  const server = createServer().listen(0, '127.0.0.1', () => {
    const { port } = server.address();
    server.close(() => done(port));
  });
});

// ---- the two of them ------------------------------------------------------------------------------
const [deskPort, providerPort] = [await freePort(), await freePort()];
const desk = `http://127.0.0.1:${deskPort}`;
const issuer = `http://127.0.0.1:${providerPort}`;
const client = { client_id: 'gongshi-desk', client_secret: SECRET, redirect_uris: [`${desk}/desk/sign-in/callback`] };

const secretFile = join(dir, 'secret');
writeFileSync(secretFile, `${SECRET}\n`);
chmodSync(secretFile, 0o600);
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GONGSHI_')));
Object.assign(environment, {
  GONGSHI_SITE__BASE_URL: desk,
  GONGSHI_DESK__OIDC_ISSUER: issuer,
  GONGSHI_DESK__OIDC_CLIENT_ID: client.client_id,
  GONGSHI_DESK__OIDC_CLIENT_SECRET_FILE: secretFile,
  GONGSHI_DESK__OIDC_NAME: '统一身份认证',
  GONGSHI_DESK__OIDC_AMR: '["mfa"]',
});

function run(args, { input = '', env = {}, status = 0 } = {}) {
  const ran = spawnSync(program, ['--data', join(dir, 'data'), ...args], { env: { ...environment, ...env }, input, encoding: 'utf8' });
  check(ran.status === status, `gongshi ${args.join(' ')}`, `${ran.status} ${ran.stdout} ${ran.stderr}`);
  return ran.stdout + ran.stderr;
}

const log = join(dir, 'log');
let server;
async function serve() {
  const out = openSync(log, 'a');
  const env = { ...environment, GONGSHI_LOG__LEVEL: 'debug' };
  server = spawn(program, ['--data', join(dir, 'data'), 'serve', '--bind', `127.0.0.1:${deskPort}`], { env, stdio: ['ignore', out, out] });
  for (let tried = 0; tried < 300; tried += 1) {
    if (await fetch(`${desk}/desk/sign-in`).then((a) => a.ok, () => false)) return;
    await pause(0.1);
  }
  throw new Error(`no desk: ${readFileSync(log, 'utf8')}`);
}
const provide = (alg, kid) => startProvider({ port: providerPort, client, alg, kid });

// ---- a browser without script -----------------------------------------------------------------------
class Browser {
  constructor() {
    this.jars = new Map();
    this.url = `${desk}/`;
  }

  jar(url) {
    const { host } = new URL(url);
    if (!this.jars.has(host)) this.jars.set(host, new Map());
    return this.jars.get(host);
  }

  /// One request, as it leaves a page of `from`; what is `Strict` is not sent where another site leads.
  async ask(to, { method = 'GET', form, from = this.url } = {}) {
    const url = new URL(to, this.url).href;
    const own = new URL(from).host === new URL(url).host;
    const cookies = [...this.jar(url)].filter(([, c]) => own || !c.strict).map(([name, c]) => `${name}=${c.value}`);
    const headers = { 'sec-fetch-site': own ? 'same-origin' : 'cross-site', 'accept-language': 'zh-CN' };
    if (cookies.length) headers.cookie = cookies.join('; ');
    if (method === 'POST') headers.origin = new URL(from).origin;
    const answer = await fetch(url, { method, headers, body: form && new URLSearchParams(form), redirect: 'manual' });
    for (const set of answer.headers.getSetCookie()) {
      const [pair, ...attributes] = set.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const name = pair.slice(0, at);
      const value = pair.slice(at + 1);
      if (name.startsWith('gongshi-desk') && value.length > 20) secrets.add(value);
      const over = attributes.some((a) => /^max-age=0$/i.test(a) || (/^expires=/i.test(a) && new Date(a.slice(8)) < new Date()));
      if (value === '' || over) this.jar(url).delete(name);
      else this.jar(url).set(name, { value, strict: attributes.some((a) => /^samesite=strict$/i.test(a)) });
    }
    return { url, status: answer.status, to: answer.headers.get('location'), refresh: answer.headers.get('refresh'), body: await answer.text() };
  }

  /// Goes where a request leads, through redirects: each is asked for by the page where the way began.
  async go(to, options = {}) {
    const from = options.from ?? this.url;
    let seen = await this.ask(to, { ...options, from });
    for (let steps = 0; seen.to && steps < 20; steps += 1) {
      const next = new URL(seen.to, seen.url);
      for (const name of ['code', 'state']) if (next.searchParams.get(name)) secrets.add(next.searchParams.get(name));
      if (options.stop?.(next)) return { ...seen, stopped: next.href };
      this.url = seen.url;
      seen = await this.ask(next.href, { from });
    }
    this.url = seen.url;
    return seen;
  }

  /// Sends the form of a page that has this in its address.
  send(seen, fields, options = {}) {
    const action = seen.body.match(/<form[^>]*action="([^"]+)"/)[1];
    return this.go(action, { ...options, method: 'POST', form: fields, from: seen.url });
  }
}

const CALLBACK = '/desk/sign-in/callback';
const isCallback = (url) => url.href.startsWith(desk) && url.pathname === CALLBACK;

/// From the desk's page to the provider, through both of its forms, and back; with `stop`, as far as before the way back.
async function signIn(browser, { login = 'person-1', second = true, stop, next = '' } = {}) {
  const page = await browser.go(`${desk}/desk/sign-in${next}`);
  const link = page.body.match(/href="(\/desk\/sign-in\/provider[^"]*)"/)[1].replaceAll('&amp;', '&');
  let seen = await browser.go(link, { stop });
  if (!seen.stopped && seen.body.includes('name="login"')) {
    const fields = { login, password: 'whatever', act: 'login', ...(second ? { second: 'yes' } : {}) };
    seen = await browser.send(seen, fields, { stop });
  }
  if (!seen.stopped && seen.body.includes('value="consent"')) seen = await browser.send(seen, { act: 'consent' }, { stop });
  return seen;
}

/// A page that leads on by itself: our own page asks, so that the session's cookie goes along.
async function onwards(browser, seen) {
  const to = seen.refresh?.match(/^0;url=(.+)$/)?.[1];
  return to ? browser.go(new URL(to, seen.url).href, { from: seen.url }) : seen;
}

/// RFC 6238.
function code(letters, at = Date.now() / 1000) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...letters.replaceAll(' ', '')].map((l) => alphabet.indexOf(l).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const from = mac[19] & 15;
  return String((mac.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// ---- the walk ---------------------------------------------------------------------------------------
let provider;
try {
  run(['init']);
  // settings that cannot be used are told before anything is served
  for (const [env, says] of [
    [{ GONGSHI_DESK__OIDC_ISSUER: 'http://id.example.cn' }, 'desk.oidc_issuer: must begin with https://'],
    [{ GONGSHI_SITE__BASE_URL: '' }, 'desk.oidc_issuer: needs site.base_url'],
    [{ GONGSHI_DESK__OIDC_CLIENT_ID: '' }, 'desk.oidc_client_id'],
    [{ GONGSHI_DESK__OIDC_CLIENT_SECRET_FILE: '' }, 'desk.oidc_client_secret_file'],
  ]) {
    const said = run(['config', 'show'], { env, status: 2 });
    check(said.includes(says), 'a wrong setting is told', said);
  }
  chmodSync(secretFile, 0o644);
  check(run(['serve', '--bind', '127.0.0.1:0'], { status: 1 }).includes('600'), 'a secret that others can read is not used');
  chmodSync(secretFile, 0o600);
  check(!run(['config', 'show'], { env: { GONGSHI_DESK__OIDC_CLIENT_SECRET_FILE: '', GONGSHI_DESK__OIDC_CLIENT_SECRET: SECRET } }).includes(SECRET), 'the secret is shown nowhere');

  const operator = ['--role', 'operator'];
  run(['desk', 'user', 'add', 'zhang.san', '--name', '张三', ...operator, '--oidc-subject', 'person-1']);
  run(['desk', 'user', 'add', 'li.si', '--name', '李四', ...operator, '--password-stdin'], { input: 'lamp otter granite seven\n' });
  check(run(['desk', 'user', 'add', 'wang.wu', '--name', '王五', ...operator, '--oidc-subject', 'person-1'], { status: 1 }).includes('exists'), 'one person is one officer');

  // the desk starts while its provider is down, and says so
  await serve();
  let browser = new Browser();
  let seen = await browser.go(`${desk}/desk/sign-in`);
  check(seen.body.includes('统一身份认证') && seen.body.includes('name="password"'), 'both ways are offered');
  seen = await browser.go('/desk/sign-in/provider');
  check(seen.status === 503 && seen.body.includes('没有响应'), 'a provider that is down is told in words', `${seen.status} ${seen.body}`);

  // the whole way, with a second factor at the provider
  provider = await provide('ES256', 'first');
  await pause(5.5);
  browser = new Browser();
  seen = await signIn(browser, { next: '?next=%2Fdesk%2Fcalendar' });
  check(seen.status === 200 && seen.refresh === '0;url=/desk/calendar', 'the way back leads on', `${seen.status} ${seen.body}`);
  const callback = seen.url;
  check(isCallback(new URL(callback)), 'it is the callback that answers', callback);
  seen = await onwards(browser, seen);
  check(seen.status === 200 && seen.url === `${desk}/desk/calendar` && seen.body.includes('张三'), 'signed in, at the page that was asked for', seen.url);
  seen = await browser.go(`${desk}/desk`);
  check(seen.status === 200, 'and signed in on the next page');

  // the same answer once more: in this browser, and in an enemy's
  seen = await browser.go(callback, { from: issuer });
  check(seen.status === 403 && seen.body.includes('本次登录已经失效'), 'a callback that was used is refused', seen.status);
  seen = await new Browser().go(callback, { from: issuer });
  check(seen.status === 403, 'in another browser too', seen.status);

  // tampered state, somebody else's answer, an answer of another issuer
  const stopped = async (options = {}) => {
    const one = new Browser();
    return [one, (await signIn(one, { ...options, stop: isCallback })).stopped];
  };
  let [one, back] = await stopped();
  seen = await one.go(back.replace(/state=[^&]+/, `state=${randomBytes(32).toString('base64url')}`), { from: issuer });
  check(seen.status === 403, 'a state that is not ours is refused', seen.status);
  [one, back] = await stopped();
  seen = await new Browser().go(back, { from: issuer });
  check(seen.status === 403, 'an answer is for the browser that asked', seen.status);
  [one, back] = await stopped();
  seen = await one.go(back.replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example'), { from: issuer });
  check(seen.status === 502, 'an answer of another issuer is refused', seen.status);
  [one, back] = await stopped();
  seen = await one.go(back.replace(/code=[^&]+/, 'code=made-up'), { from: issuer });
  check(seen.status === 502, 'a code that the provider does not know signs nobody in', seen.status);

  // somebody else; somebody who says no
  seen = await signIn(new Browser(), { login: 'person-2' });
  check(seen.status === 403 && seen.body.includes('person-2'), 'who is bound to nobody is told so', `${seen.status} ${seen.body}`);
  one = new Browser();
  const page = await one.go(`${desk}/desk/sign-in/provider`, { from: desk });
  seen = await one.send(page, { act: 'abort' });
  check(seen.status === 403 && seen.body.includes('没有同意'), 'a no is a no', seen.status);

  // without a second factor there: the authenticator is set up here, and then asked for
  browser = new Browser();
  seen = await onwards(browser, await signIn(browser, { second: false }));
  check(seen.url === `${desk}/desk/setup` && !seen.body.includes('name="password"'), 'an authenticator is to be set up, and no password', seen.url);
  const letters = seen.body.match(/<code class="num">([^<]+)</)[1];
  const token = seen.body.match(/name="token" value="([^"]+)"/)[1];
  seen = await browser.go('/desk/setup', { method: 'POST', form: { token, code: code(letters) } });
  check(seen.status === 200 && seen.url === `${desk}/desk`, 'the desk opens when it is set up', `${seen.status} ${seen.url}`);
  const way = seen.body.match(/name="token" value="([^"]+)"/)[1];
  seen = await browser.go('/desk/sign-out', { method: 'POST', form: { token: way } });
  check(seen.url === `${desk}/desk/sign-in?out=1` && seen.body.includes(`${issuer}/session/end`), 'signing out shows the way out of the provider', seen.url);
  // at the provider the person is still signed in: no form is shown there
  seen = await signIn(browser, { second: false });
  check(seen.url === `${desk}/desk/sign-in/code` && seen.body.includes('name="code"'), 'the code is asked for', `${seen.status} ${seen.url}`);
  let tried = await browser.send(seen, { code: '000000' });
  check(tried.status === 422, 'a wrong code signs nobody in', tried.status);
  // the code of the step that was used for setting up is used: the next one counts
  tried = await browser.send(seen, { code: code(letters, Date.now() / 1000 + 30) });
  check(tried.status === 200 && tried.url === `${desk}/desk`, 'the right one does', `${tried.status} ${tried.url}`);

  // other keys, of every algorithm that is taken: once the provider starts anew it knows nobody and signs with another key
  for (const [alg, kid] of [['RS256', 'second'], ['PS256', 'third'], ['EdDSA', 'fourth']]) {
    await provider.close();
    provider = await provide(alg, kid);
    seen = await signIn(new Browser());
    check(seen.status === 200 && seen.refresh === '0;url=/desk', `keys that changed are read anew (${alg})`, `${seen.status} ${seen.body}`);
  }

  // a provider that goes away while somebody is there
  [one, back] = await stopped();
  await provider.close();
  seen = await one.go(back, { from: issuer });
  check(seen.status === 503 && seen.body.includes('用密码登录'), 'a provider that went away is told in words', seen.status);
  one = new Browser();
  const form = await one.go(`${desk}/desk/sign-in`);
  check(form.body.includes('name="password"'), 'the password is asked for as before');
  const otpauth = run(['--json', 'desk', 'user', 'reset', 'li.si', '--password-stdin'], { input: 'another granite otter\n' });
  const key = new URL(otpauth.match(/otpauth:[^"\s]+/)[0]).searchParams.get('secret');
  seen = await one.send(form, { id: 'li.si', password: 'another granite otter', code: code(key) });
  check(seen.url === `${desk}/desk/setup`, 'and signs in', `${seen.status} ${seen.url}`);
  provider = await provide('ES256', 'fifth');

  // bindings by the command line
  run(['desk', 'user', 'unbind', 'zhang.san']);
  await pause(5.5);
  seen = await signIn(new Browser());
  check(seen.status === 403 && seen.body.includes('没有与本平台账号绑定'), 'an officer that was unbound is nobody', seen.status);
  run(['desk', 'user', 'bind', 'zhang.san', '--oidc-subject', 'person-1']);
  check((await signIn(new Browser())).status === 200, 'and is bound again');
  run(['desk', 'user', 'disable', 'zhang.san']);
  seen = await signIn(new Browser());
  check(seen.status === 403 && seen.body.includes('账号已停用'), 'a disabled officer is refused', seen.status);

  run(['verify']);
  const told = readFileSync(log, 'utf8');
  check(told.includes('OpenID provider signed nobody in'), 'the log says why');
  for (const secret of secrets) check(!told.includes(secret), 'the log holds no secret', secret);
  check(!told.includes('person-1') && !told.includes('person-2') && !told.includes('eyJ'), 'nor whom the provider named');
} finally {
  server?.kill();
  await provider?.close();
  if (failed) console.log(readFileSync(log, 'utf8').split('\n').filter((l) => l.includes('OpenID')).slice(-10).join('\n'));
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
