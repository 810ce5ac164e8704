import { describe, expect, test } from 'vitest';
import { parseServerSettings } from '#lib/core/settings.ts';
import { testEnvironment } from '#tests/support/environment.ts';

const acme = { id: 'acme', issuer: 'https://id.acme.example', name: 'Acme', client_id: 'c', client_secret: 'a secret' };
const parse = (value: unknown, more: Record<string, string> = {}) =>
  parseServerSettings(
    testEnvironment({ OIDC_PROVIDERS: typeof value === 'string' ? value : JSON.stringify(value), ...more }),
  );
const providersOf = (value: unknown) => {
  const parsed = parse(value);
  return parsed.ok ? parsed.settings.OIDC_PROVIDERS : parsed.problems;
};

describe('presets', () => {
  test('fix issuer, scope and name', () => {
    const common = { client_id: 'c', client_secret: 's' };
    const tenant = '11111111-2222-3333-4444-555555555555';
    expect(
      providersOf([
        { ...common, id: 'google', preset: 'google' },
        { ...common, id: 'ms', preset: 'microsoft', tenant },
        { ...common, id: 'live', preset: 'microsoft', tenant: 'consumers' },
        { ...common, id: 'domain', preset: 'microsoft', tenant: 'contoso.com' },
        { ...common, id: 'hub', preset: 'github' },
      ]),
    ).toMatchObject([
      { name: 'Google', issuer: 'https://accounts.google.com' },
      { name: 'Microsoft', issuer: `https://login.microsoftonline.com/${tenant}/v2.0` },
      { name: 'Microsoft', issuer: 'https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0' },
      { name: 'Microsoft', issuer: null, discovery: 'https://login.microsoftonline.com/contoso.com/v2.0' },
      { name: 'GitHub', issuer: 'https://github.com', scope: 'read:user user:email', discovery: null },
    ]);
  });

  test.each(['common', 'organizations'])('Microsoft’s %s is no tenant', (tenant) => {
    expect(providersOf([{ id: 'ms', preset: 'microsoft', tenant, client_id: 'c' }])).toEqual([
      'OIDC_PROVIDERS entry 1: tenant must be one tenant: the issuer of many is a pattern',
    ]);
  });

  test('Google has no issuer of its own', () => {
    expect(providersOf([{ id: 'g', preset: 'google', issuer: 'https://evil.example', client_id: 'c' }])).toEqual([
      expect.stringMatching(/^OIDC_PROVIDERS entry 1: it /),
    ]);
  });
});

test.each<[string, object]>([
  ['an id with capitals', { id: 'Acme' }],
  ['a plain http issuer', { issuer: 'http://id.acme.example' }],
  ['an issuer with a query', { issuer: 'https://id.acme.example/?a' }],
  ['no name', { name: undefined }],
  ['no client', { client_id: undefined }],
  ['a word that is unknown', { allow_everybody: true }],
  ['parameters that the protocol owns', { params: { redirect_uri: 'https://evil.example' } }],
])('%s stops the start, and the message quotes no value', (_name, change) => {
  const problems = providersOf([acme, { ...acme, id: 'two', ...change }]);
  expect(problems).toEqual([expect.stringMatching(/^OIDC_PROVIDERS entry 2: /)]);
  expect(JSON.stringify(problems)).not.toMatch(/a secret|evil/);
});

test('one id twice, and what is no list, stop the start', () => {
  expect(providersOf([acme, acme])).toEqual(['OIDC_PROVIDERS names the same id twice']);
  expect(providersOf('{}')).toEqual(['OIDC_PROVIDERS must be a JSON array of providers (docs/providers.md)']);
  expect(providersOf('[')).toEqual(['OIDC_PROVIDERS must be a JSON array of providers (docs/providers.md)']);
});

test('passwords are not turned off where nothing else signs in', () => {
  const off = { PASSWORD_SIGN_IN: 'off' };
  expect(parse([], off)).toMatchObject({
    ok: false,
    problems: [expect.stringMatching(/^PASSWORD_SIGN_IN must be on /)],
  });
  expect(parse([acme], off)).toMatchObject({ ok: true });
});
