/** Checks of the doctor that ask nothing of the app: settings, their files, and the database. */
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { type CommandContext, databaseProblem } from './command.ts';
import { clockFinding, expect, type Finding, fail, ok, warn } from './findings.ts';
import type { Terminal } from './terminal.ts';

/** Checks that only their owner can read the files that hold secrets or password hashes: settings and database. */
export function checkFiles({ settingsFiles }: Terminal, { env }: CommandContext): Finding[] {
  const database = env.DATABASE_URL.replace(/^file:(\/\/)?/, '');
  const files = [...settingsFiles, database].filter((file) => existsSync(file));
  return files.map((file) => {
    const isPrivate = (statSync(file).mode & 0o077) === 0;
    return expect(isPrivate, `${file} is its owner’s alone`, `${file} can be read by others: chmod 600 ${file}`);
  });
}

export function checkSettings({ env }: CommandContext): Finding[] {
  const isLocal = env.APP_URL.startsWith('http:');
  return [
    ok('every setting is valid'),
    isLocal ? warn('APP_URL is http: for this machine only') : ok('APP_URL is https'),
    expect(
      env.RATE_LIMITS === 'on',
      'limits are on',
      'RATE_LIMITS is off: nothing stops password guessing. Take it out and restart',
    ),
    isLocal || env.TRUSTED_PROXY_HOPS > 0
      ? ok(`TRUSTED_PROXY_HOPS is ${env.TRUSTED_PROXY_HOPS}`)
      : warn(
          'TRUSTED_PROXY_HOPS is 0: behind a proxy, everybody shares the proxy’s address and its limits. Set it to the number of proxies',
        ),
  ];
}

export async function checkDatabase({ store, clock }: CommandContext): Promise<Finding[]> {
  try {
    await store.check();
  } catch {
    return [fail(databaseProblem)];
  }
  const isWritten = await store.hit(`doctor ${randomUUID()}`, 1, clock()).then(
    ({ count }) => count === 1,
    () => false,
  );
  return [
    ok('the database answers and is migrated'),
    expect(
      isWritten,
      'it can be written',
      'it cannot be written: is the disk full, is its folder somebody else’s, is it another process’s?',
    ),
    clockFinding('its', clock().getTime()),
  ];
}
