/**
 * The storage port: everything that the use cases may ask of a database. Nothing here knows HTTP or a dialect.
 *
 * Each method is atomic: one statement or one short transaction, committed before its promise resolves. Ids are UUIDs
 * that the caller makes. Times are `Date`s, except those that rotation reads, which are milliseconds since 1970.
 *
 * Every method throws `StoreUnavailable` when the database stayed locked, busy or unreachable for
 * `databaseWaitSeconds`. Nothing of the write is then visible, with one exception: if the connection was cut in the
 * middle of a write, the write may have been committed. The store does not try such a write again; its caller reads
 * before it does. No error carries a query or its parameters.
 */
import { isNamed } from '#lib/core/errors.ts';
import type { AccountStore } from './accounts.ts';
import type { ActivityStore } from './activity.ts';
import type { EmailChangeStore } from './email-changes.ts';
import type { ExportStore } from './export.ts';
import type { LeavingStore } from './leaving.ts';
import type { LimitStore } from './limits.ts';
import type { MailLinkStore } from './mail-links.ts';
import type { MailStore } from './mails.ts';
import type { PasskeyStore } from './passkeys.ts';
import type { PasswordStore } from './passwords.ts';
import type { ProviderStore } from './providers.ts';
import type { PurgeStore } from './purge.ts';
import type { SecondFactorStore } from './second-factors.ts';
import type { SecondStepStore } from './second-steps.ts';
import type { SessionStore } from './sessions.ts';
import type { SignUpStore } from './sign-ups.ts';
import type { TaskStore } from './tasks.ts'; // tasks

/** Thrown when the database could not answer in time; the caller may try again. */
export class StoreUnavailable extends Error {
  readonly code?: string;

  /** `code` is the error code of the database or of the operating system, if there is one; the message names it. */
  constructor(code?: string) {
    super(`The database is busy or away${code ? ` (${code})` : ''}.`);
    this.name = 'StoreUnavailable';
    if (code !== undefined) this.code = code;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, 'StoreUnavailable');
  }
}

/** The stores of all features, one file each. `db/queries/queries.ts` implements them once for both dialects. */
export type Queries = AccountStore &
  TaskStore & // tasks
  PasswordStore &
  MailLinkStore &
  MailStore &
  SignUpStore &
  LeavingStore &
  ExportStore &
  EmailChangeStore &
  SecondFactorStore &
  SecondStepStore &
  PasskeyStore &
  ProviderStore &
  SessionStore &
  ActivityStore &
  LimitStore &
  PurgeStore;

/** An open database. Each dialect adds its clock, its check and its closing to the shared queries. */
export interface Store extends Queries {
  /** Returns the time on the clock shared by all processes of this database. It can step back, behind stored times. */
  clock(): Date;

  /** Resolves when the database answers and has every migration. Throws `StoreUnavailable` otherwise. */
  check(): Promise<void>;

  /** Closes the file or the connections. Queries that follow throw `StoreUnavailable`. */
  close(): Promise<void>;
}
