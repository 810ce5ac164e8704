/** What every command of an operator has in common. */
import { parseArgs } from 'node:util';
import { migrate, openStore } from '#db/index.ts';
import type { UserRow } from '#db/rows.ts';
import { normalizeEmail } from '#lib/core/contracts.ts';
import type { Container } from '#lib/server/container.ts';
import { serverEnv } from '#lib/server/env.ts';

export interface Command {
  /** What stands after its name. */
  usage: string;
  about: string;
  /** Takes the words after its name; answers an exit code other than 0 where it found a fault. */
  run(words: string[]): Promise<number | undefined>;
}

/** The words make no sense: the command's usage is shown. */
export class UsageError extends Error {}

type Options = Record<string, { type: 'string' | 'boolean' }>;

/** Splits words into `count` arguments and named options. Throws `UsageError`. */
export function parse(words: string[], count: number, options: Options = {}) {
  try {
    const { positionals, values } = parseArgs({ args: words, options, allowPositionals: true });
    if (positionals.length !== count) throw new Error(`${count} argument${count === 1 ? '' : 's'} expected.`);
    return { positionals, values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'Not understood.');
  }
}

export type Office = Pick<Container, 'store' | 'env' | 'clock'>;

/** Opens the database of the settings, migrated, for as long as `work` takes. */
export async function inOffice<T>(work: (office: Office) => Promise<T>): Promise<T> {
  const env = serverEnv();
  await migrate(env.DATABASE_URL);
  const store = await openStore(env.DATABASE_URL);
  try {
    return await work({ store, env, clock: store.clock });
  } finally {
    await store.close();
  }
}

export async function findByEmail({ store }: Office, email: string): Promise<UserRow> {
  const user = await store.findUserByEmail(normalizeEmail(email));
  if (!user) throw new Error('There is no account with this email.');
  return user;
}

/** The security log says that an operator did it: no address, no browser. */
export const operator = { userAgent: 'Operator', ip: null };
