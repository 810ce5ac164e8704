import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { backup, migrate, openStore } from './index.ts';

test('both forms of a file URL lead to the same database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const path = join(folder, 'a b.db');
  expect(await migrate(`file:${path}`)).toBeGreaterThan(0);
  const store = await openStore(pathToFileURL(path).href);
  await expect(store.check()).resolves.toBeUndefined();
  await store.close();
  rmSync(folder, { recursive: true });
});

test.each(['mysql://ada:secret@db/latchkey', 'secret', ''])(
  'another scheme is refused by naming what is supported, without repeating the URL',
  async (url) => {
    for (const open of [openStore, migrate]) {
      const error = await open(url).catch(String);
      expect(error).toContain('"file:" (SQLite) or "postgres:" (PostgreSQL)');
      expect(error).not.toContain('secret');
    }
  },
);

test('a URL without a path is refused', async () => {
  await expect(openStore('file:')).rejects.toThrow('must name a file');
});

test('a copy of PostgreSQL is not made here, and it is said what makes one', async () => {
  await expect(backup('postgresql://ada:secret@db/latchkey', '/tmp/copy.db')).rejects.toThrow('pg_dump');
});
