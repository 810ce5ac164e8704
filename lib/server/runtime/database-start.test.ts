import { expect, test } from 'vitest';
import { DatabaseError, MigrationStopped } from '#db/queries/errors.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import { onceThere } from './database-start.ts';
import { StartProblem } from './start-problem.ts';

const settings = (DATABASE_URL: string, DATABASE_START_SECONDS = 0) => ({ DATABASE_URL, DATABASE_START_SECONDS });
const problemOf = (url: string, error: Error) =>
  onceThere(settings(url), () => Promise.reject(error)).catch((thrown: unknown) => thrown);

test('a database that is away is tried again, with a line before each try', async () => {
  const lines: string[] = [];
  let tries = 0;
  const work = async () => {
    tries += 1;
    if (tries === 1) throw new StoreUnavailable('ECONNREFUSED');
    return 'done';
  };
  const say = (line: string) => lines.push(line);
  expect(await onceThere(settings('postgres://ada:hunter2@db.example:5433/app', 60), work, say)).toBe('done');
  expect(lines).toEqual([
    'The database that DATABASE_URL names (db.example:5433/app) does not answer (ECONNREFUSED). Trying for another 60 s.',
  ]);
});

test.each([
  ['postgres://ada:hunter2@db.example/app?password=hunter2', 'db.example/app'],
  ['postgres:///app?host=/run/postgresql&user=hunter2', '/run/postgresql/app'],
  ['postgres://ada:hunter2@[::1]:5433/app', '[::1]:5433/app'],
  ['file:./data/latchkey.db', './data/latchkey.db'],
  ['file:///var/lib/latchkey.db', '///var/lib/latchkey.db'],
])('of %s only the place is said', async (url, place) => {
  const message = `The database that DATABASE_URL names (${place}) did not answer within 0 s (DATABASE_START_SECONDS): EAI_AGAIN.`;
  expect(await problemOf(url, new StoreUnavailable('EAI_AGAIN'))).toEqual(new StartProblem(message));
});

test.each([
  ['28P01', 'it refuses the user or the password (28P01)'],
  ['3D000', 'it has no such database (3D000)'],
  ['42501', 'the user lacks a right (42501)'],
  ['42P07', '42P07'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is not trusted (SELF_SIGNED_CERT_IN_CHAIN)'],
  ['SQLITE_NOTADB', 'the file is no SQLite database (SQLITE_NOTADB)'],
  ['EROFS', 'the file or its folder cannot be made, read or written (EROFS)'],
])('%s is not waited for, and is said in words', async (code, words) => {
  const url = 'postgres://ada:hunter2@db.example/app';
  expect(await problemOf(url, new DatabaseError(code))).toEqual(
    new StartProblem(`The database that DATABASE_URL names (db.example/app) cannot be used: ${words}.`),
  );
});

test('a migration that an operator has to decide about ends the start with its own words', async () => {
  expect(await problemOf('file:x', new MigrationStopped('Decide.'))).toEqual(new StartProblem('Decide.'));
});

test('a fault of our own goes through as it is', async () => {
  const fault = new TypeError('ours');
  expect(await problemOf('file:x', fault)).toBe(fault);
});
