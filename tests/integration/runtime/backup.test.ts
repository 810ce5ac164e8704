/** What a backup of a SQLite file holds. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { backup } from '#db/index.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
let folder: string;
let copy: string;
beforeEach(async () => {
  app = await startApp({ RATE_LIMITS: 'off' });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-backup-'));
  copy = join(folder, 'copy.db');
});
afterEach(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const status = async (asked: Promise<Response>) => (await asked).status;

test('a backup is whole while refreshes and writes go on, and only its owner may read it', async () => {
  const browser = await signedUp();
  let isDone = false;
  const writing = (async () => {
    while (!isDone) {
      expect(await status(browser.refresh())).toBe(200);
      expect(await status(new Browser().authenticate('/api/auth/token', { email: 'ann@example.org', password }))).toBe(
        200,
      );
    }
  })();
  await backup(app.deps.env.DATABASE_URL, copy);
  isDone = true;
  await writing;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const file = new Database(copy, { readonly: true });
  expect(file.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(file.prepare('SELECT count(*) FROM users').pluck().get()).toBe(1);
  file.close();
});

test('a backup never takes the place of a file that is there', async () => {
  await backup(app.deps.env.DATABASE_URL, copy);
  await expect(backup(app.deps.env.DATABASE_URL, copy)).rejects.toThrow('is there already');
});
