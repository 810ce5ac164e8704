import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { migrate, openStore } from './index.ts';

test('both forms of a file URL lead to the same database', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-'));
  const path = join(folder, 'a b.db');
  expect(await migrate(`file:${path}`)).toBe(1);
  const store = await openStore(pathToFileURL(path).href);
  await expect(store.check()).resolves.toBeUndefined();
  await store.close();
  rmSync(folder, { recursive: true });
});

test.each(['postgres://ada:secret@db/latchkey', 'secret', ''])(
  'another scheme is refused by naming what is supported, without repeating the URL',
  async (url) => {
    for (const open of [openStore, migrate]) {
      const error = await open(url).catch(String);
      expect(error).toContain('"file:" (SQLite)');
      expect(error).not.toContain('secret');
    }
  },
);

test('a URL without a path is refused', async () => {
  await expect(openStore('file:')).rejects.toThrow('must name a file');
});
