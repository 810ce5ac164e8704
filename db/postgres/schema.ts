/**
 * The tables on PostgreSQL, except those of features that can be taken out. They must have the shape of SQLite's,
 * column by column, so that one set of queries serves both. The indexes differ: PostgreSQL updates a row in place if no
 * indexed column changes, and a refresh changes none. Text is the `text` of columns.ts, never drizzle's.
 */
import { isNotNull } from 'drizzle-orm';
import { boolean, index, integer, pgTable } from 'drizzle-orm/pg-core';
import type { LinkKind } from '#db/store/mail-links.ts';
import type { MailState } from '#db/store/mails.ts';
import type { EndReason } from '#db/store/sessions.ts';
import type { EventActor, EventType } from '#lib/core/activity/contract.ts';
import type { MailKind } from '#lib/core/mail/kinds.ts';
import { bytes, date, grace, milliseconds, text } from './columns.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = pgTable(
  'users',
  {
    id: text().primaryKey(),
    email: text().notNull().unique(),
    emailVerifiedAt: date(),
    emailVouched: boolean().notNull().default(false),
    name: text(),
    passwordHash: text(),
    credentialVersion: integer().notNull().default(0),
    epoch: integer().notNull(),
    createdAt: date().notNull(),
    deletesAt: date(),
    twoStep: boolean().notNull().default(false),
  },
  (table) => [index('users_leaving').on(table.deletesAt).where(isNotNull(table.deletesAt))],
);

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    seed: bytes().notNull(),
    headKid: text().notNull(),
    head: integer().notNull(),
    parent: integer(),
    exchangedAt: milliseconds().notNull(),
    confirmedAt: milliseconds(),
    grace: grace().notNull(),
    version: integer().notNull(),
    persistent: boolean().notNull(),
    userEpoch: integer().notNull(),
    appEpoch: integer().notNull(),
    createdAt: date().notNull(),
    lastUsedAt: date().notNull(),
    idleExpiresAt: milliseconds().notNull(),
    expiresAt: milliseconds().notNull(),
    endedAt: milliseconds(),
    endReason: text().$type<EndReason>(),
    rateStartedAt: milliseconds().notNull(),
    rateCount: integer().notNull(),
    userAgent: text(),
    ip: text(),
    authTime: date(),
    amr: text().notNull().default('pwd'),
    replaces: text(),
  },
  (table) => [
    index('sessions_user').on(table.userId),
    index('sessions_ended').on(table.endedAt).where(isNotNull(table.endedAt)),
    index('sessions_expiry').on(table.expiresAt),
    index('sessions_successors').on(table.replaces).where(isNotNull(table.replaces)),
  ],
);

/** Links that people are mailed or given. Neither a row nor the key alone makes one. */
export const mailLinks = pgTable(
  'mail_links',
  {
    id: text().primaryKey(),
    kind: text().$type<LinkKind>().notNull(),
    userId: owner().notNull(),
    kid: text().notNull(),
    nonce: bytes().notNull(),
    email: text(),
    expiresAt: date().notNull(),
    addressProved: boolean().notNull().default(true),
  },
  (table) => [
    index('mail_links_of_user').on(table.userId, table.kind, table.expiresAt),
    index('mail_links_over').on(table.expiresAt),
    index('mail_links_of_email').on(table.email).where(isNotNull(table.email)),
  ],
);

/** Sign-ups that wait for the code in a mail. No account, and no proof that its address is whose. */
export const signUps = pgTable(
  'sign_ups',
  {
    id: text().primaryKey(),
    secretHash: text().notNull(),
    email: text().notNull(),
    name: text(),
    passwordHash: text().notNull(),
    persistent: boolean().notNull(),
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
export const emailChanges = pgTable(
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
export const mails = pgTable(
  'mails',
  {
    id: text().primaryKey(),
    kind: text().$type<MailKind>().notNull(),
    // No reference: the last mail to a person outlives the account.
    userId: text(),
    recipient: text().notNull(),
    linkId: text(),
    signUpId: text(),
    emailChangeId: text(),
    detail: text(),
    eventType: text().$type<EventType>(),
    at: date().notNull(),
    userAgent: text(),
    ip: text(),
    state: text().$type<MailState>().notNull(),
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

export const events = pgTable(
  'events',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    sessionId: text(),
    type: text().$type<EventType>().notNull(),
    at: date().notNull(),
    userAgent: text(),
    ip: text(),
    method: text(),
    by: text().$type<EventActor>(),
  },
  (table) => [index('events_newest').on(table.userId, table.at, table.id), index('events_age').on(table.at)],
);

export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text().primaryKey(),
    count: integer().notNull(),
    resetAt: date().notNull(),
  },
  (table) => [index('rate_limits_over').on(table.resetAt)],
);
