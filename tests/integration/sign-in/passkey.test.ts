import { afterEach, beforeEach, expect, test } from 'vitest';
import { addPasskey, shown } from '#tests/integration/second-factors/passkeys.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

test.each(['es256', 'eddsa', 'rs256'] as const)('a passkey of %s alone signs in, as two factors', async (algorithm) => {
  const ann = await signedUp();
  const { response, passkey } = await addPasskey(ann, { algorithm });
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ name: 'Passkey', synced: true, last_used_at: null });
  const other = new Browser();
  const answer = await other.authenticate('/api/auth/token', await shown(other, passkey, 'sign_in'));
  expect(answer.status).toBe(200);
  expect(await (await other.send('GET', '/api/me')).json()).toMatchObject({ email: 'ann@example.org' });
  const claims = JSON.parse(Buffer.from(other.token?.split('.')[1] ?? '', 'base64url').toString());
  expect(claims).toMatchObject({ acr: 'aal2', amr: ['pop', 'user', 'mfa'] });
});
