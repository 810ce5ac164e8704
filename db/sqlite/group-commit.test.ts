import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreUnavailable } from '#db/store/store.ts';
import { type Connection, type SqliteFile, sqliteFile } from './file.ts';
import { groupCommit } from './group-commit.ts';

let folder: string;
let path: string;
let file: SqliteFile;
let write: ReturnType<typeof groupCommit>;
/** Another connection, which sees only what is committed. */
let other: Database.Database;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-group-'));
  path = join(folder, 'test.db');
  file = sqliteFile(path, 1, { mayCreate: true });
  await file.use(({ sqlite }) => sqlite.exec('CREATE TABLE words (word TEXT UNIQUE)'));
  write = groupCommit(file);
  other = new Database(path, { timeout: 0 });
});
afterEach(() => {
  other.close();
  file.close();
  rmSync(folder, { recursive: true });
});

const add = (...words: string[]) => {
  return ({ sqlite }: Connection) => {
    for (const word of words) sqlite.prepare('INSERT INTO words VALUES (?)').run(word);
    return words.length;
  };
};
const seen = () => other.prepare('SELECT word FROM words ORDER BY word').pluck().all();
const walSize = () => statSync(`${path}-wal`).size;

test('writes of one moment are one commit', async () => {
  const before = walSize();
  await write(add('first'));
  const ofOne = walSize() - before;
  await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((word) => write(add(word))));
  // Each commit writes the two pages that it changed.
  expect(walSize() - before).toBe(2 * ofOne);
  expect(seen()).toHaveLength(9);
});

test('each answers when others can see it, with its own result', async () => {
  const answers = await Promise.all([
    write(add('a')).then((count) => [count, seen()]),
    write(add('b', 'c')).then((count) => [count, seen()]),
  ]);
  expect(answers).toEqual([
    [1, ['a', 'b', 'c']],
    [2, ['a', 'b', 'c']],
  ]);
});

test('one that fails leaves nothing behind, and takes no other with it', async () => {
  const outcomes = await Promise.allSettled([write(add('a')), write(add('b', 'a')), write(add('c'))]);
  expect(outcomes).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason: expect.objectContaining({ code: 'SQLITE_CONSTRAINT_UNIQUE' }) },
    { status: 'fulfilled', value: 1 },
  ]);
  expect(seen()).toEqual(['a', 'c']);
});

test('while another holds the file all wait, and are written once', async () => {
  other.exec('BEGIN IMMEDIATE');
  const writes = Promise.all([write(add('a')), write(add('b'))]);
  await new Promise((resolve) => setImmediate(resolve));
  other.exec('ROLLBACK');
  expect(await writes).toEqual([1, 1]);
  expect(seen()).toEqual(['a', 'b']);
});

test('where it stays locked all fail, and nothing is written', async () => {
  other.exec('BEGIN IMMEDIATE');
  const outcomes = await Promise.allSettled([write(add('a')), write(add('b'))]);
  other.exec('ROLLBACK');
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
  expect(seen()).toEqual([]);
});
