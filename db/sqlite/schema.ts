/**
 * The tables on SQLite, except those of features that can be taken out. Property names become snake_case columns. Times
 * are integer milliseconds, which rotation reads as numbers and everything else as `Date`s. PostgreSQL's schema must
 * have the same shape, so that one set of queries serves both; tests/contract/schemas.test.ts compares them.
 */
import { isNotNull, isNull } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { linkKinds } from '#db/store/mail-links.ts';
import { mailStates } from '#db/store/mails.ts';
import { endReasons } from '#db/store/sessions.ts';
import { eventActors, eventTypes } from '#lib/core/activity/contract.ts';
import { mailKinds } from '#lib/core/mail/kinds.ts';
import { bytes, date, grace } from './columns.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = sqliteTable(
  'users',
  {
    id: text().primaryKey(),
    email: text().notNull().unique(),
    emailVerifiedAt: date(),
    emailVouched: integer({ mode: 'boolean' }).notNull().default(false),
    name: text(),
    passwordHash: text(),
    credentialVersion: integer().notNull().default(0),
    epoch: integer().notNull(),
    createdAt: date().notNull(),
    deletesAt: date(),
    twoStep: integer({ mode: 'boolean' }).notNull().default(false),
  },
  (table) => [index('users_leaving').on(table.deletesAt).where(isNotNull(table.deletesAt))],
);

export const sessions = sqliteTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    seed: bytes().notNull(),
    headKid: text().notNull(),
    head: integer().notNull(),
    parent: integer(),
    exchangedAt: integer().notNull(),
    confirmedAt: integer(),
    grace: grace().notNull(),
    version: integer().notNull(),
    persistent: integer({ mode: 'boolean' }).notNull(),
    userEpoch: integer().notNull(),
    appEpoch: integer().notNull(),
    createdAt: date().notNull(),
    lastUsedAt: date().notNull(),
    idleExpiresAt: integer().notNull(),
    expiresAt: integer().notNull(),
    endedAt: integer(),
    endReason: text({ enum: endReasons }),
    rateStartedAt: integer().notNull(),
    rateCount: integer().notNull(),
    userAgent: text(),
    ip: text(),
    authTime: date(),
    amr: text().notNull().default('pwd'),
    replaces: text(),
  },
  (table) => [
    // Counting living sessions reads this index and no row. Of its columns, those that change do so together with
    // lastUsedAt; endedAt is always null in it.
    index('sessions_open')
      .on(table.userId, table.lastUsedAt, table.idleExpiresAt, table.expiresAt, table.appEpoch, table.endedAt)
      .where(isNull(table.endedAt)),
    // Deleting an account looks for all of its sessions, those that are over too.
    index('sessions_user').on(table.userId),
    index('sessions_ended').on(table.endedAt).where(isNotNull(table.endedAt)),
    index('sessions_expiry').on(table.expiresAt),
    index('sessions_successors').on(table.replaces).where(isNotNull(table.replaces)),
  ],
);

/** Links that people are mailed or given. Neither a row nor the key alone makes one. */
export const mailLinks = sqliteTable(
  'mail_links',
  {
    id: text().primaryKey(),
    kind: text({ enum: linkKinds }).notNull(),
    userId: owner().notNull(),
    kid: text().notNull(),
    nonce: bytes().notNull(),
    email: text(),
    expiresAt: date().notNull(),
    addressProved: integer({ mode: 'boolean' }).notNull().default(true),
  },
  (table) => [
    index('mail_links_of_user').on(table.userId, table.kind, table.expiresAt),
    index('mail_links_over').on(table.expiresAt),
    index('mail_links_of_email').on(table.email).where(isNotNull(table.email)),
  ],
);

/** Sign-ups that wait for the code in a mail. No account, and no proof that its address is whose. */
export const signUps = sqliteTable(
  'sign_ups',
  {
    id: text().primaryKey(),
    secretHash: text().notNull(),
    email: text().notNull(),
    name: text(),
    passwordHash: text().notNull(),
    persistent: integer({ mode: 'boolean' }).notNull(),
    kid: text().notNull(),
    nonce: bytes().notNull(),
    tries: integer().notNull(),
    mails: integer().notNull(),
    mailedAt: date().notNull(),
    expiresAt: date().notNull(),
  },
  (table) => [index('sign_ups_over').on(table.expiresAt)],
);

/** Changes of an address that wait for the code in a mail to the new one. One a person: a new one replaces the whole row. */
export const emailChanges = sqliteTable(
  'email_changes',
  {
    userId: owner().primaryKey(),
    id: text().notNull(),
    email: text().notNull(),
    kid: text().notNull(),
    nonce: bytes().notNull(),
    tries: integer().notNull(),
    expiresAt: date().notNull(),
  },
  (table) => [index('email_changes_over').on(table.expiresAt)],
);

/** The outbox: mails to be sent, and for a while those that were. No body, link or code is stored. */
export const mails = sqliteTable(
  'mails',
  {
    id: text().primaryKey(),
    kind: text({ enum: mailKinds }).notNull(),
    // No reference: the last mail to a person outlives the account.
    userId: text(),
    recipient: text().notNull(),
    linkId: text(),
    signUpId: text(),
    emailChangeId: text(),
    detail: text(),
    eventType: text({ enum: eventTypes }),
    at: date().notNull(),
    userAgent: text(),
    ip: text(),
    state: text({ enum: mailStates }).notNull(),
    attempts: integer().notNull(),
    dueAt: date().notNull(),
    expiresAt: date().notNull(),
    smtpCode: text(),
    purgeAt: date().notNull(),
  },
  (table) => [
    index('mails_due').on(table.state, table.dueAt),
    index('mails_of_user').on(table.userId, table.eventType, table.at),
    index('mails_over').on(table.purgeAt),
  ],
);

export const events = sqliteTable(
  'events',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    sessionId: text(),
    type: text({ enum: eventTypes }).notNull(),
    at: date().notNull(),
    userAgent: text(),
    ip: text(),
    method: text(),
    by: text({ enum: eventActors }),
  },
  (table) => [index('events_newest').on(table.userId, table.at, table.id), index('events_age').on(table.at)],
);

export const rateLimits = sqliteTable(
  'rate_limits',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    resetAt: date().notNull(),
  },
  (table) => [index('rate_limits_over').on(table.resetAt)],
);
