import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { client, startProvider, type TestProvider } from '#tests/support/oidc-provider.ts';

const callback = 'http://localhost:3000/api/auth/oidc/acme/callback';
let provider: TestProvider;
let app: TestApp;
beforeAll(async () => {
  provider = await startProvider([callback]);
});
afterAll(() => provider.close());
beforeEach(async () => {
  const entry = { id: 'acme', issuer: provider.issuer, name: 'Acme', ...client };
  app = await startApp({ OIDC_PROVIDERS: JSON.stringify([entry]) });
  app.clock.now = new Date();
});
afterEach(() => app.close());

/** Goes to the provider and back. Returns what the page would send. */
async function goAndReturn(who: Browser, more: object = {}) {
  const begun = await who.send('POST', '/api/auth/oidc/acme/start', { json: { ...more } });
  expect(begun.status).toBe(200);
  const { authorization_url: url } = await begun.json();
  const back = await provider.visit(url);
  const answer = await new Browser().send('GET', back.pathname + back.search);
  expect(answer.status).toBe(303);
  const { provider: _, ...fields } = Object.fromEntries(
    new URLSearchParams(new URL(answer.headers.get('location') ?? '').hash.slice(1)),
  );
  return fields;
}

test('somebody new signs up with a provider, and in again', async () => {
  provider.person = { sub: 'p-1', email: 'Bea@example.org', email_verified: true, name: 'Bea' };
  const bea = new Browser();
  const answer = await bea.authenticate('/api/auth/oidc/acme/complete', await goAndReturn(bea));
  expect(answer.status).toBe(201);
  expect(await (await bea.send('GET', '/api/me')).json()).toMatchObject({ email: 'bea@example.org', name: 'Bea' });
  const again = new Browser();
  const second = await again.authenticate(
    '/api/auth/oidc/acme/complete',
    await goAndReturn(again, { next: '/account' }),
  );
  expect([second.status, await second.json()]).toMatchObject([200, { next: '/account' }]);
});

test('an account of that address is connected once its owner has signed in to it', async () => {
  await signedUp('ann@example.org');
  provider.person = { sub: 'p-2', email: 'ann@example.org', email_verified: true };
  const ann = new Browser();
  const fields = await goAndReturn(ann);
  const refused = await ann.send('POST', '/api/auth/oidc/acme/complete', { json: fields });
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { error: 'link_required', email: 'ann@example.org', methods: ['password'] },
  ]);
  await ann.authenticate('/api/auth/token', { email: 'ann@example.org', password });
  const linked = await ann.send('POST', '/api/auth/oidc/acme/link', { json: { state: fields.state } });
  expect([linked.status, await linked.json()]).toMatchObject([200, { status: 'linked' }]);
  const other = new Browser();
  const answer = await other.authenticate('/api/auth/oidc/acme/complete', await goAndReturn(other));
  expect(answer.status).toBe(200);
  expect(await (await other.send('GET', '/api/auth/identities')).json()).toMatchObject({
    has_password: true,
    items: [{ provider: 'acme', name: 'Acme', email: 'ann@example.org' }],
  });
});
