/** What every command of an operator has in common. */
import { parseArgs } from 'node:util';
import { openStore } from '#db/index.ts';
import type { UserRow } from '#db/store/accounts.ts';
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  /** What stands after its name. */
  usage: string;
  about: string;
  /** Takes the words after its name; answers an exit code other than 0 where it found a fault. */
  run(words: string[], terminal: Terminal): Promise<number | undefined>;
}

/** The words make no sense: the command's usage is shown. */
export class UsageError extends Error {}

type Options = Record<string, { type: 'string' | 'boolean' }>;

/** Splits words into the arguments of `names` and named options. Throws `UsageError`. */
export function parse(words: string[], names: readonly string[], options: Options = {}) {
  const { positionals, values } = split(words, options);
  const missing = names.slice(positionals.length);
  if (missing.length > 0) throw new UsageError(`Missing: ${missing.join(', ')}.`);
  if (positionals.length > names.length) throw new UsageError('There is a word too many.');
  return { positionals, values };
}

function split(words: string[], options: Options) {
  if (words.some((word) => /^--?pass/.test(word)))
    throw new UsageError(
      'No password is taken from the command line, which others can list. Type it when asked, or pipe it in.',
    );
  try {
    return parseArgs({ args: words, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? `${error.message.split('. ', 1)[0]}.` : 'Not understood.');
  }
}

export type Office = Pick<Container, 'store' | 'env' | 'clock'>;

/** Opens the database of the settings as it is, for as long as `work` takes. */
export async function openOffice<T>(terminal: Terminal, work: (office: Office) => Promise<T>): Promise<T> {
  const env = terminal.settings();
  const store = await openStore(env.DATABASE_URL);
  try {
    return await work({ store, env, clock: store.clock });
  } finally {
    await store.close();
  }
}

/** Opens the database once it is known to answer and to be migrated: a wrong name makes no new one, a command changes no schema. */
export function inOffice<T>(terminal: Terminal, work: (office: Office) => Promise<T>): Promise<T> {
  return openOffice(terminal, async (office) => {
    await office.store.check().catch(() => {
      throw new Error(databaseProblem);
    });
    return work(office);
  });
}

export const databaseProblem =
  'The database is away or not migrated. Does DATABASE_URL name it? `npm run migrate` brings it up to date, and makes a file that is not there.';

export async function findByEmail({ store }: Office, email: string): Promise<UserRow> {
  const user = await store.findUserByEmail(normalizeEmail(email));
  if (!user) throw new Error('There is no account with this email. Is it spelt as the person signs in?');
  return user;
}

/** The security log says that an operator did it: no address, no browser. */
export const operator = { userAgent: operatorAgent, ip: null };
