// An OpenID provider of the registry (oidc-provider) on this machine, with a form to sign in and one to agree, without script.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/// Where `npm ci` has put it: not into the source tree.
const require = createRequire(join(ROOT, 'target', 'oidc', 'package.json'));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')).href);

/// A new signing key of an algorithm, as the provider takes it.
export function signingKey(alg, kid) {
  const made = {
    RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
  }[alg]();
  return { ...made.privateKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
}

const page = (body) => `<!doctype html><html lang="en"><title>provider</title><body>${body}</body></html>`;

async function formOf(req) {
  let body = '';
  for await (const piece of req) body += piece;
  return new URLSearchParams(body);
}

/// A provider that listens; `close` ends it with all that it knows.
export async function startProvider({ port, client, alg, kid }) {
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: [{ ...client, id_token_signed_response_alg: alg }],
    jwks: { keys: [signingKey(alg, kid)] },
    cookies: { keys: ['a key of this test alone'] },
    features: { devInteractions: { enabled: false } },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256', 'EdDSA'] },
    claims: { openid: ['sub', 'amr'] },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 600, IdToken: 300, Interaction: 600, Session: 600 },
  });
  provider.on('server_error', (_, error) => console.error(error));

  async function interaction(req, res) {
    const { uid, prompt, params, session } = await provider.interactionDetails(req, res);
    const show = (body) => res.writeHead(200, { 'content-type': 'text/html' }).end(page(body));
    if (req.method === 'GET') {
      return show(prompt.name === 'login'
        ? `<form method="post" action="/interaction/${uid}"><input name="login"><input type="password" name="password"><button name="act" value="login">Sign in</button></form>`
        : `<form method="post" action="/interaction/${uid}"><button name="act" value="consent">Agree</button></form>`);
    }
    const form = await formOf(req);
    if (form.get('act') === 'abort') {
      const no = { error: 'access_denied', error_description: 'the person said no' };
      return provider.interactionFinished(req, res, no, { mergeWithLastSubmission: false });
    }
    if (prompt.name === 'login') {
      // a second factor was shown where the form says so
      const amr = form.get('second') ? ['pwd', 'mfa'] : ['pwd'];
      const login = { accountId: form.get('login'), amr };
      return provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
    }
    const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
    grant.addOIDCScope('openid');
    const consent = { grantId: await grant.save() };
    return provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
  }

  const rest = provider.callback();
  const server = createServer((req, res) => {
    if (!req.url.startsWith('/interaction/')) return rest(req, res);
    return interaction(req, res).catch((error) => {
      console.error(error);
      res.writeHead(500).end();
    });
  });
  await new Promise((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  return {
    close: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}
