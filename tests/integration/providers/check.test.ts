import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runLatchkey } from '#tests/support/latchkey.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { entryOf } from './going.ts';

let provider: LyingProvider;
beforeAll(async () => {
  provider = await startLyingProvider();
});
afterAll(() => provider.close());
beforeEach(() => {
  provider.lies = {};
});

const check = (more: object = {}, ...words: string[]) =>
  runLatchkey(['provider', 'check', ...words], '', { OIDC_PROVIDERS: JSON.stringify([entryOf(provider, more)]) });

test('says what to register, and that all is well', async () => {
  const { code, output } = await check();
  expect(output).toContain('register http://localhost:3000/api/auth/oidc/acme/callback');
  expect(output).toContain('it signs with RS256');
  expect([code, output.includes('FAIL'), output.includes('a secret')]).toEqual([0, false, false]);
});

test('names what is wrong', async () => {
  provider.lies = { metadata: { issuer: 'https://evil.example' } };
  expect(await check()).toMatchObject({ code: 1, output: expect.stringContaining('FAIL') });
  provider.lies = { metadata: { id_token_signing_alg_values_supported: ['HS256'] } };
  expect(await check()).toMatchObject({ code: 1, output: expect.stringContaining('no algorithm that is taken') });
  expect((await check({}, 'nobody')).code).toBe(1);
});
