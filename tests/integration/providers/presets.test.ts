/** Providers whose rules are their own: Microsoft, Google and Apple, for whom the tests’ provider answers. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { type LyingProvider, lyingClient, startLyingProvider } from '#tests/support/lying-provider.ts';
import { appWith, begin, errorOf, path, pretend } from './going.ts';

let provider: LyingProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
afterEach(async () => {
  vi.unstubAllGlobals();
  await app.close();
});

/** Signs in with more claims than the provider makes. */
async function signIn(claims: object = {}): Promise<[number, string | undefined]> {
  provider.lies.claims = { ...provider.lies.claims, ...claims };
  const who = new Browser();
  const { iss: _, ...fields } = provider.authorize(await begin(who, {}));
  const response = await who.send('POST', path.complete(), { json: fields });
  return [response.status, (await response.json()).error];
}
const unverified = [403, 'email_unverified'];
const refused = [502, 'provider_error'];
const signedUp = [201, undefined];

describe('Microsoft', () => {
  const origin = 'https://login.microsoftonline.com';
  const tenant = '11111111-2222-3333-4444-555555555555';
  const issuer = `${origin}/${tenant}/v2.0`;
  const start = async (more: object) => {
    app = await appWith([{ id: 'acme', preset: 'microsoft', tenant, ...lyingClient, ...more }]);
  };

  test('is never believed an address that a tenant’s administrator typed', async () => {
    await start({});
    pretend(provider, origin, issuer);
    expect(await signIn({ email_verified: true })).toEqual(unverified);
    expect(await signIn({ email_verified: undefined, xms_edov: true, verified_primary_email: ['a@b.c'] })).toEqual(
      unverified,
    );
  });

  test('is believed one where the operator vouches for the tenant', async () => {
    await start({ trust_email: true });
    pretend(provider, origin, issuer);
    expect(await signIn({ email_verified: undefined })).toEqual(signedUp);
  });

  test('of another tenant, with a token of its own, is refused', async () => {
    await start({ trust_email: true });
    pretend(provider, origin, issuer);
    const others = `${origin}/99999999-2222-3333-4444-555555555555/v2.0`;
    expect(await signIn({ iss: others })).toEqual(refused);
    expect(await signIn({ iss: `${origin}/{tenantid}/v2.0` })).toEqual(refused);
  });

  test('of a tenant that is named by its domain is the one issuer that the metadata names', async () => {
    await start({ tenant: 'contoso.com', trust_email: true });
    pretend(provider, origin, issuer);
    expect(await signIn()).toEqual(signedUp);
    expect(await signIn({ iss: `${origin}/99999999-2222-3333-4444-555555555555/v2.0` })).toEqual(refused);
  });

  test.each([
    ['a pattern', `${origin}/{tenantid}/v2.0`],
    ['somebody else’s', 'https://evil.example/11111111-2222-3333-4444-555555555555/v2.0'],
    ['no tenant’s', `${origin}/common/v2.0`],
  ])('whose metadata names an issuer that is %s is not gone to', async (_name, named) => {
    await start({ tenant: 'contoso.com', trust_email: true });
    pretend(provider, origin, named);
    const answer = await new Browser().send('POST', path.start(), { json: {} });
    expect(await errorOf(answer)).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('Google', () => {
  const start = async () => {
    app = await appWith([{ id: 'acme', preset: 'google', ...lyingClient }]);
    pretend(provider, 'https://accounts.google.com');
  };

  test.each<[string, object, (number | string | undefined)[]]>([
    ['an address of its own', { email: 'bea@gmail.com' }, signedUp],
    ['an address of a domain that it runs', { email: 'bea@example.org', hd: 'example.org' }, signedUp],
    ['any other, which whoever had it when the account was made may have no more', {}, unverified],
    ['an empty domain', { hd: '' }, unverified],
    ['a domain that is no text', { hd: true }, unverified],
    ['an address that only ends alike', { email: 'bea@notgmail.com' }, unverified],
    ['an address of its own that is not verified', { email: 'bea@gmail.com', email_verified: false }, unverified],
  ])('with %s', async (_name, claims, outcome) => {
    await start();
    expect(await signIn(claims)).toEqual(outcome);
  });
});

describe('a provider on the Internet', () => {
  const origin = 'https://id.acme.example';
  beforeEach(async () => {
    app = await appWith([{ id: 'acme', issuer: origin, name: 'Acme', ...lyingClient }]);
    pretend(provider, origin);
    provider.seen.length = 0;
  });
  const names = (endpoint: object) => {
    provider.lies.metadata = { ...provider.lies.metadata, ...endpoint };
  };

  test('is sent no code over http, whatever its metadata says', async () => {
    names({ token_endpoint: `${provider.issuer}/token` });
    expect(await signIn()).toEqual(refused);
    expect(provider.seen).not.toContain('/token');
  });

  test('whose keys come over http is not gone to', async () => {
    names({ jwks_uri: `${provider.issuer}/keys` });
    const answer = await new Browser().send('POST', path.start(), { json: {} });
    expect(await errorOf(answer)).toEqual([503, 'temporarily_unavailable']);
  });
});

describe('Apple', () => {
  const issuer = 'https://appleid.apple.com';
  const start = async (named = issuer) => {
    const more = { response_mode: 'form_post', token_auth: 'client_secret_post' };
    app = await appWith([{ id: 'acme', issuer: named, name: 'Apple', ...more, ...lyingClient }]);
    pretend(provider, named);
  };

  test('alone says that an address is verified in a text', async () => {
    await start();
    expect(await signIn({ email_verified: 'false' })).toEqual(unverified);
    expect(await signIn({ email_verified: 'true' })).toEqual(signedUp);
  });

  test('is not known by its name: another issuer of that name is none', async () => {
    await start('https://apple.evil.example');
    expect(await signIn({ email_verified: 'true' })).toEqual(unverified);
    expect(await signIn({ iss: issuer, email_verified: true })).toEqual(refused);
  });
});
