import { expect, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { relyingPartyId } from './relying-party.ts';

/** Names the settings that are refused, each once. */
function refused(changes: Record<string, string>): (string | undefined)[] {
  const parsed = parseServerSettings({ ...testEnvironment(), ...changes });
  const names = parsed.ok ? [] : parsed.problems.map((line) => line.split(' ', 1)[0]);
  return [...new Set(names)];
}

test.each([
  ['https://app.example.org', 'app.example.org'],
  ['https://app.example.org', 'example.org'],
  ['https://app.example.org:8443', 'example.org'],
  ['http://localhost:3000', 'localhost'],
])('passkeys at %s may be made for %s', (APP_URL, PASSKEY_RP_ID) => {
  expect(refused({ APP_URL, PASSKEY_RP_ID })).toEqual([]);
});

test.each([
  ['https://app.example.org', 'other.example.org'],
  ['https://app.example.org', 'deep.app.example.org'],
  ['https://app.example.org', 'ple.org'],
  ['https://app.example.org', 'org'],
  ['https://app.example.org', 'https://app.example.org'],
  ['https://app.example.org', 'App.example.org:443'],
  ['http://127.0.0.1:3000', '127.0.0.1'],
  ['http://127.0.0.1:3000', '0.1'],
  ['http://[::1]:3000', 'localhost'],
  ['http://app.localhost:3000', 'localhost'],
])('passkeys at %s may not be made for %s', (APP_URL, PASSKEY_RP_ID) => {
  expect(refused({ APP_URL, PASSKEY_RP_ID })).toEqual(['PASSKEY_RP_ID']);
});

test.each([
  [{ APP_URL: 'https://app.example.org:8443' }, 'app.example.org'],
  [{ APP_URL: 'https://app.example.org', PASSKEY_RP_ID: 'example.org' }, 'example.org'],
  [{ APP_URL: 'http://192.0.2.7:3000' }, null],
  [{ APP_URL: 'https://[2001:db8::7]' }, null],
])('passkeys at %j are made for %s', (settings, id) => {
  expect(relyingPartyId(settings)).toBe(id);
});
