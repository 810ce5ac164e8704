/** A provider that a test writes itself, for what a good one never does. It keeps to the protocol until it is told to lie. */
import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';

/** What it says otherwise than it should. A function answers the request itself. */
export interface Lies {
  metadata?: Record<string, unknown> | Answer;
  keys?: Answer;
  token?: Answer;
  userInfo?: Record<string, unknown> | Answer;
  /** Claims of the ID token; undefined leaves one out. */
  claims?: Record<string, unknown>;
  header?: Record<string, unknown>;
  /** Signs in place of the provider's own key. */
  key?: KeyObject | Uint8Array;
  /** The whole ID token. */
  idToken?: string;
}
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface LyingProvider {
  issuer: string;
  lies: Lies;
  /** Requests so far, by path. */
  seen: string[];
  key: KeyObject;
  publicKey: KeyObject;
  /** Follows an address as far as a code: returns the parameters that lead back. */
  authorize(authorizationUrl: string): Record<string, string>;
  /** Signs a token with the provider's key, or with another. */
  sign(claims: Record<string, unknown>, more?: Pick<Lies, 'header' | 'key'>): Promise<string>;
  close(): Promise<void>;
}

export const lyingClient = { client_id: 'latchkey', client_secret: 'a secret of the tests only' };

const body = async (request: IncomingMessage) => {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
};

/** Starts it on a free port. */
export async function startLyingProvider(): Promise<LyingProvider> {
  const { privateKey: key, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const codes = new Map<string, { nonce: string; challenge: string }>();
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const issuer = `http://127.0.0.1:${address.port}`;
  const now = () => Math.floor(Date.now() / 1000);
  const provider: LyingProvider = {
    issuer,
    lies: {},
    seen: [],
    key,
    publicKey,
    authorize(authorizationUrl) {
      const asked = new URL(authorizationUrl).searchParams;
      const code = randomUUID();
      codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
      return { state: asked.get('state') ?? '', code, iss: issuer };
    },
    sign(claims, { header = {}, key: other = key } = {}) {
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one', ...header }).sign(other);
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '', issuer).pathname;
    provider.seen.push(path);
    const { lies } = provider;
    const json = (value: unknown, status = 200) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    switch (path) {
      case '/.well-known/openid-configuration':
        if (typeof lies.metadata === 'function') return lies.metadata(request, response);
        return json({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/keys`,
          id_token_signing_alg_values_supported: ['RS256'],
          authorization_response_iss_parameter_supported: true,
          ...lies.metadata,
        });
      case '/keys':
        if (lies.keys) return lies.keys(request, response);
        return json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256', use: 'sig' }] });
      case '/token': {
        if (lies.token) return lies.token(request, response);
        const form = await body(request);
        const known = codes.get(form.get('code') ?? '');
        const verifier = form.get('code_verifier') ?? '';
        const isProven = known?.challenge === createHash('sha256').update(verifier).digest('base64url');
        if (!known || !isProven) return json({ error: 'invalid_grant' }, 400);
        codes.delete(form.get('code') ?? '');
        const claims = {
          ...{ iss: issuer, aud: lyingClient.client_id, sub: 'p-1', iat: now(), exp: now() + 300, nonce: known.nonce },
          ...{ email: 'bea@example.org', email_verified: true, name: 'Bea' },
          ...lies.claims,
        };
        const id_token = lies.idToken ?? (await provider.sign(claims, lies));
        return json({ access_token: 'an access token', token_type: 'Bearer', expires_in: 60, id_token });
      }
      case '/userinfo':
        if (typeof lies.userInfo === 'function') return lies.userInfo(request, response);
        return json({ sub: 'p-1', email: 'bea@example.org', email_verified: true, ...lies.userInfo });
      default:
        return json({}, 404);
    }
  }
  return provider;
}
