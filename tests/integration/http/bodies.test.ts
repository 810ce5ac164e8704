import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import { contractMethods } from '#lib/core/route-contract.ts';
import { withId } from '#lib/core/routes.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { type Browser, password, signedUp } from '#tests/support/browser.ts';
import { digestOfRows } from '#tests/support/rows.ts';

let app: TestApp;
let ann: Browser;
beforeAll(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  ann = await signedUp();
  await ann.send('GET', '/api/me');
});
afterAll(() => app.close());

/** Every endpoint that takes a body, with one that it would take. */
const bodies: [string, string, Record<string, unknown>][] = [
  ['POST', '/api/auth/register', { email: 'eve@example.org', password }],
  ['POST', '/api/auth/token', { email: 'ann@example.org', password }],
  ['POST', '/api/auth/password', { current_password: password, new_password: 'other unrelated words' }],
  ['POST', '/api/auth/password/forgot', { email: 'ann@example.org' }],
  ['POST', '/api/auth/password/reset', { token: 'a token', new_password: 'other unrelated words' }],
  ['POST', '/api/auth/email', { email: 'next@example.org' }],
  ['POST', '/api/auth/email/code', { code: '12345678' }],
  ['POST', '/api/auth/email/undo', { token: 'a token', email: 'ann@example.org' }],
  ['POST', '/api/tasks', { title: 'A task' }], // tasks
  ['PUT', '/api/tasks/11111111-3f4e-4c53-8a54-90b6a6a0d7c2', { title: 'A task' }], // tasks
  ['PATCH', '/api/tasks/11111111-3f4e-4c53-8a54-90b6a6a0d7c2', { title: 'A task' }], // tasks
  ['POST', '/api/demo/sessions/11111111-3f4e-4c53-8a54-90b6a6a0d7c2/refresh', { generation: 0 }], // demo
];
const json = { 'Content-Type': 'application/json' };
const invalidUtf8 = Buffer.from([0xc3, 0x28]);

describe.each(bodies)('%s %s', (method, path, good) => {
  const text = JSON.stringify(good);
  const inside = text.slice(1, -1);

  test.each(['user_id', 'userId', 'role', 'id', 'is_admin', 'constructor'])('refuses a key %s', async (key) => {
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const response = await ann.send(method, path, { json: { ...good, [key]: 'x' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request', fields: { [key]: [expect.any(String)] } });
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });

  test.each<[string, BodyInit]>([
    ['a prototype', `{${inside},"__proto__":{"role":"admin"}}`],
    ['a prototype in disguise', `{${inside},"__pr\\u006fto__":{"role":"admin"}}`],
    ['a key twice', `{${inside},${inside}}`],
    [
      'a key twice, once in disguise',
      `{${inside},${inside.replace(/^"(.)/, (_, c: string) => `"\\u00${c.charCodeAt(0).toString(16)}`)}}`,
    ],
    ['deep nesting', `{${inside},"x":${'['.repeat(7000)}${']'.repeat(7000)}}`],
    ['deep nesting that never ends', '{"x":'.repeat(3000)],
    [
      'bytes that are no text',
      Buffer.concat([Buffer.from(text.slice(0, -2)), invalidUtf8, Buffer.from(text.slice(-2))]),
    ],
    ['half a character at its end', Buffer.concat([Buffer.from(text), Buffer.from([0xe2, 0x82])])],
    ['a number that JSON has not', `{${inside},"x":NaN}`],
    ['two documents', text + text],
    ['null', 'null'],
    ['text', '"text"'],
  ])('answers 400 to %s', async (_name, body) => {
    const before = digestOfRows(app.deps.env.DATABASE_URL);
    const response = await ann.send(method, path, { body, headers: json });
    expect([response.status, (await response.json()).error]).toEqual([400, 'invalid_request']);
    expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
  });
});

const withBody = contracts.flatMap((contract) =>
  contractMethods
    .filter((method) => contract[method]?.body)
    .map((method) => ({ method, path: withId(contract.path, '11111111-3f4e-4c53-8a54-90b6a6a0d7c2') })),
);

describe.each(withBody)('$method $path', ({ method, path }) => {
  test.each(['gzip', 'GZIP', 'br', 'deflate', 'zstd', 'x-unheard-of', 'gzip, identity', 'identity, gzip', 'gzip,'])(
    'refuses a body with Content-Encoding: %s, and says what it takes',
    async (coding) => {
      const before = digestOfRows(app.deps.env.DATABASE_URL);
      const headers = { ...json, 'Content-Encoding': coding };
      const response = await ann.send(method, path, { body: gzipSync('{}'), headers });
      expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, 'identity']);
      expect((await response.json()).error_description).toContain('Content-Encoding');
      expect(digestOfRows(app.deps.env.DATABASE_URL)).toBe(before);
    },
  );

  test.each(['identity', 'Identity', ' identity , identity', ''])(
    'reads a body with Content-Encoding: "%s"',
    async (coding) => {
      const response = await ann.send(method, path, { body: '[', headers: { ...json, 'Content-Encoding': coding } });
      expect((await response.json()).fields).toEqual({ _: ['The body is not JSON.'] });
    },
  );

  test('says nothing of codings where the type is wrong', async () => {
    const response = await ann.send(method, path, { body: 'x', headers: { 'Content-Type': 'text/plain' } });
    expect([response.status, response.headers.get('accept-encoding')]).toEqual([415, null]);
  });
});

test('a call without a body may say anything of its coding', async () => {
  const headers = { 'Content-Encoding': 'gzip' };
  expect((await ann.send('GET', '/api/me', { headers })).status).toBe(200);
});
