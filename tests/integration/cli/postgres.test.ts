import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
  app.clock.now = new Date();
});
afterAll(() => app.close());

const latchkey = (words: string[], input = '', DATABASE_URL = app.deps.env.DATABASE_URL) =>
  run(words, { input, environment: testEnvironment({ DATABASE_URL }) });

test('an operator’s commands work on the database that the app uses', async () => {
  const email = 'new@example.org';
  expect(await latchkey(['user', 'create', email], `${password}\n`)).toMatchObject({ code: 0 });
  const browser = new Browser();
  expect((await browser.authenticate('/api/auth/token', { email, password })).status).toBe(200);
  const { session_id: id } = await (await browser.send('GET', '/api/me')).json();
  expect((await latchkey(['sessions', 'list', email])).output).toContain(id);
  expect(await latchkey(['sessions', 'end', email, id])).toMatchObject({ code: 0 });
  expect((await browser.send('GET', '/api/me')).status).toBe(401);
});

test('doctor writes to it, and compares its clock with the machine’s', async () => {
  const { output } = await latchkey(['doctor', 'http://localhost:9']);
  expect(output).toMatch(/^ok +it can be written/m);
  expect(output).toMatch(/^ok +its clock agrees/m);
});

test('doctor says so where the database is away', async () => {
  const away = await latchkey(['doctor'], '', 'postgres://localhost:9/nothing');
  expect(away).toEqual({ code: 1, output: expect.stringMatching(/^FAIL +The database is away/) });
});

test('a backup is pg_dump’s work, and the command says so', async () => {
  const { code, output } = await latchkey(['backup', '/nowhere/copy.db']);
  expect([code, output]).toEqual([1, expect.stringContaining('pg_dump')]);
});
