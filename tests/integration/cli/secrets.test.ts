import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { makeMissingSecrets } from '#scripts/secrets.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-secrets-'));
  file = join(folder, '.env.local');
});
afterEach(() => rmSync(folder, { recursive: true }));

const values = () => parseEnv(readFileSync(file, 'utf8'));

test('a first start makes secrets that the settings accept, for the owner’s eyes only', async () => {
  expect(await makeMissingSecrets(file)).toEqual(['AUTH_SECRET', 'SESSION_SECRET', 'ACCESS_TOKEN_KEYS']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(parseServerSettings(values())).toMatchObject({ ok: true });
});

test('a second start makes nothing and changes nothing', async () => {
  await makeMissingSecrets(file);
  const before = readFileSync(file, 'utf8');
  expect(await makeMissingSecrets(file)).toEqual([]);
  expect(readFileSync(file, 'utf8')).toBe(before);
});

test('what stands in the file is kept, even without a line end, and only what is missing or empty is added', async () => {
  writeFileSync(file, 'PORT=4000\nSESSION_SECRET=""\nAUTH_SECRET=mine');
  expect(await makeMissingSecrets(file)).toEqual(['SESSION_SECRET', 'ACCESS_TOKEN_KEYS']);
  expect(values()).toMatchObject({
    PORT: '4000',
    AUTH_SECRET: 'mine',
    SESSION_SECRET: expect.stringMatching(/^[\w-]{64}$/),
  });
});

test('a file that cannot be written is a sentence that names what is to be set', async () => {
  await expect(makeMissingSecrets(join(folder, 'nowhere', '.env.local'))).rejects.toThrow(
    /^AUTH_SECRET, SESSION_SECRET, ACCESS_TOKEN_KEYS: not set, and .* cannot be written \(ENOENT\)\. Set them: /,
  );
});

test('two installations never share a secret', async () => {
  await makeMissingSecrets(file);
  const first = values();
  rmSync(file);
  await makeMissingSecrets(file);
  expect(values().AUTH_SECRET).not.toBe(first.AUTH_SECRET);
  expect(values().ACCESS_TOKEN_KEYS).not.toBe(first.ACCESS_TOKEN_KEYS);
});
