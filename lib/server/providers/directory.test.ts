import { afterEach, beforeEach, expect, test } from 'vitest';
import { providerList } from '#lib/core/providers/settings.ts';
import { entryOf } from '#tests/integration/providers/going.ts';
import { type LyingProvider, startLyingProvider } from '#tests/support/lying-provider.ts';
import { type ProviderDirectory, providerDirectory } from './directory.ts';

let provider: LyingProvider;
let directory: ProviderDirectory;
let now: number;
beforeEach(async () => {
  provider = await startLyingProvider();
  now = Date.now();
  directory = providerDirectory(providerList.parse(JSON.stringify([entryOf(provider)])), () => now);
});
afterEach(() => provider.close());

const minute = 60_000;
const goAway = () => {
  provider.lies = { metadata: (request) => void request.socket.destroy() };
};
const asked = () => provider.seen.length;
async function connect() {
  const one = directory.find('acme');
  if (!one) throw new Error('There is one.');
  return directory.connect(one);
}
const away = { name: 'ProviderAway' };

test('metadata is good for an hour, and is asked for again then', async () => {
  const first = await connect();
  now += 60 * minute - 1;
  expect([await connect(), asked()]).toEqual([first, 1]);
  now += 1;
  expect((await connect()).issuer).toBe(provider.issuer);
  expect(asked()).toBe(2);
});

test('while the provider is away it is good for a day, and asked for again every ten seconds', async () => {
  const first = await connect();
  goAway();
  now += 61 * minute;
  expect([await connect(), asked()]).toEqual([first, 2]);
  now += 9_999;
  expect([await connect(), asked()]).toEqual([first, 2]);
  now += 1;
  expect([await connect(), asked()]).toEqual([first, 3]);
  now += 23 * 60 * minute;
  await expect(connect()).rejects.toMatchObject(away);
});

test('a failure is remembered for ten seconds, and never for good', async () => {
  goAway();
  await expect(connect()).rejects.toMatchObject(away);
  provider.lies = {};
  now += 9_999;
  await expect(connect()).rejects.toMatchObject(away);
  expect(asked()).toBe(1);
  now += 1;
  expect((await connect()).issuer).toBe(provider.issuer);
});

test('metadata that is wrong is asked for again as well', async () => {
  provider.lies = { metadata: { issuer: 'https://evil.example' } };
  await expect(connect()).rejects.toThrow('another issuer');
  provider.lies = {};
  now += 10_000;
  expect((await connect()).issuer).toBe(provider.issuer);
});
