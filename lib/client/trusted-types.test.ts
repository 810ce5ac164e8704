import { afterEach, expect, test, vi } from 'vitest';
import { installTrustedTypes, trustedScriptUrl } from './trusted-types.ts';

afterEach(() => vi.unstubAllGlobals());

test('a chunk of the app may be loaded', () => {
  for (const url of ['/_next/static/chunks/0a-b_c~d.js', '/_next/static/chunks/turbopack-2u1d16houkiyo.js'])
    expect(trustedScriptUrl(url)).toBe(url);
});

test.each([
  'https://evil.example/_next/static/chunks/a.js',
  '//evil.example/_next/static/chunks/a.js',
  '/_next/static/chunks/../../../api/live',
  '/_next/static/chunks/%2e%2e/a.js',
  '/_next/static/chunks/a.js?callback=x',
  '/_next/static/chunks/a.json',
  '/_next/static/chunks/a.js\n',
  '/api/live',
  'data:text/javascript,a.js',
  'blob:http://localhost:3000/a.js',
  '',
])('%j may not', (url) => {
  expect(trustedScriptUrl(url)).toBeNull();
});

test('the policy decides for whatever the page does, about scripts’ addresses alone', () => {
  const createPolicy = vi.fn();
  vi.stubGlobal('window', { trustedTypes: { createPolicy } });
  installTrustedTypes();
  expect(createPolicy.mock.calls).toEqual([['default', { createScriptURL: trustedScriptUrl }]]);
});

test('a browser without Trusted Types is left alone', () => {
  vi.stubGlobal('window', {});
  expect(installTrustedTypes).not.toThrow();
});
