/** The parts that all commands for operators share. */
import { parseArgs } from 'node:util';
import { openStore } from '#db/index.ts';
import type { UserRow } from '#db/store/accounts.ts';
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import { mailSecrets } from '#lib/server/crypto/mail-secrets.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { onceThere } from '#lib/server/runtime/database-start.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  /** Arguments and options, as the help shows them after the command's name. */
  usage: string;
  about: string;
  /** Runs the command on the words after its name. Resolves with its exit code: other than 0 if it found a fault. */
  run(words: string[], terminal: Terminal): Promise<number>;
}

/** Thrown for words that make no sense. The usage of the command is then shown. */
export class UsageError extends Error {}

type Options = Record<string, { type: 'string' | 'boolean' }>;

/** Splits words into positional arguments, one for each of `names`, and options. Throws `UsageError` for any others. */
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

/** Store, settings and clock that a command works with. */
export type CommandContext = Pick<Container, 'store' | 'env' | 'clock' | 'mailSecrets'>;

/** Runs `work` on the database in the settings, migrated or not, then closes it. Waits for one that is away if `isWaited`. */
export async function openDatabase<T>(
  terminal: Terminal,
  work: (context: CommandContext) => Promise<T>,
  { isWaited = false } = {},
): Promise<T> {
  const env = terminal.settings();
  const open = () => openStore(env.DATABASE_URL);
  const store = await (isWaited ? onceThere(env, open, terminal.printError) : open());
  try {
    return await work({ store, env, clock: store.clock, mailSecrets: mailSecrets(env.AUTH_SECRET) });
  } finally {
    await store.close();
  }
}

/**
 * Runs `work` on the database in the settings, then closes it. Waits for one that is away. Throws, in words for people,
 * unless the database answers and is migrated. Creates no database, and changes no schema.
 */
export function withDatabase<T>(terminal: Terminal, work: (context: CommandContext) => Promise<T>): Promise<T> {
  const checked = async (context: CommandContext) => {
    await context.store.check().catch(() => {
      throw new Error(databaseProblem);
    });
    return work(context);
  };
  return openDatabase(terminal, checked, { isWaited: true });
}

export const databaseProblem =
  'The database is away or not migrated. Does DATABASE_URL name it? `npm run migrate` brings it up to date, and makes a file that is not there.';

export async function findByEmail({ store }: CommandContext, email: string): Promise<UserRow> {
  const user = await store.findUserByEmail(normalizeEmail(email));
  if (!user) throw new Error('There is no account with this email. Is it spelt as the person signs in?');
  return user;
}

/** Requester of what an operator does. Security events then show an operator, and no address. */
export const operator = { userAgent: operatorAgent, ip: null };
