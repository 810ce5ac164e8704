/** Waits for the database when a process starts, whichever way that is. */
import { setTimeout as delay } from 'node:timers/promises';
import { StoreUnavailable } from '#db/store/store.ts';
import { isNamed } from '#lib/core/errors.ts';
import type { DatabaseSettings } from '#lib/core/settings.ts';
import { StartProblem } from './start-problem.ts';

/** Milliseconds between two tries. A try itself takes up to half of `databaseWaitSeconds`. */
const pauseMs = 1500;

/** Puts error codes of databases into words for operators. The first pattern that matches counts. */
const words: [code: RegExp, text: string][] = [
  [/^28/, 'it refuses the user or the password'],
  [/^3D/, 'it has no such database'],
  [/^42501/, 'the user lacks a right'],
  [/CERT|TLS|SSL|ALTNAME/, 'its certificate is not trusted'],
  [/^SQLITE_NOTADB/, 'the file is no SQLite database'],
  [/^SQLITE_(CANTOPEN|READONLY|PERM|IOERR|FULL)|^E[A-Z]+$/, 'the file or its folder cannot be made, read or written'],
];

/**
 * Runs `work`, which uses the database, and runs it again while that is busy or away, until DATABASE_START_SECONDS are
 * over. Hands a line for people to `say` before each further try. Throws a `StartProblem` when the time is up, and at
 * once for a fault that waiting does not mend.
 */
export async function onceThere<T>(
  { DATABASE_URL, DATABASE_START_SECONDS }: DatabaseSettings,
  work: () => Promise<T>,
  say: (line: string) => void = console.warn,
): Promise<T> {
  const deadline = performance.now() + DATABASE_START_SECONDS * 1000;
  const named = `The database that DATABASE_URL names (${placeOf(DATABASE_URL)})`;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const left = Math.ceil((deadline - performance.now()) / 1000);
      if (error instanceof Error && isNamed(error, 'MigrationStopped')) throw new StartProblem(error.message);
      if (isNamed(error, 'DatabaseError')) throw new StartProblem(`${named} cannot be used: ${inWords(error)}.`);
      if (!(error instanceof StoreUnavailable)) throw error;
      if (left <= 0)
        throw new StartProblem(
          `${named} did not answer within ${DATABASE_START_SECONDS} s (DATABASE_START_SECONDS): ${inWords(error)}.`,
        );
      say(`${named} does not answer (${inWords(error)}). Trying for another ${left} s.`);
      await delay(Math.min(pauseMs, left * 1000));
    }
  }
}

/** Returns what may be shown of DATABASE_URL: the file, or host, port and database without user, password and options. */
function placeOf(databaseUrl: string): string {
  if (databaseUrl.startsWith('file:')) return databaseUrl.slice('file:'.length);
  const { host, pathname, searchParams } = new URL(databaseUrl);
  return `${host || searchParams.get('host') || 'localhost'}${pathname}`;
}

function inWords(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no answer in time';
  const text = words.find(([pattern]) => pattern.test(code))?.[1];
  return text && isNamed(error, 'DatabaseError') ? `${text} (${code})` : code;
}
