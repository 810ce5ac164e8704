/**
 * The tables on PostgreSQL, except those of features that can be taken out. They must have the shape of SQLite's,
 * column by column, so that one set of queries serves both. The indexes differ: PostgreSQL updates a row in place if no
 * indexed column changes, and a refresh changes none. Text is the `text` of columns.ts, never drizzle's.
 */
import { isNotNull } from 'drizzle-orm';
import { boolean, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import type { LinkPurpose } from '#db/store/one-time-links.ts';
import type { EndReason } from '#db/store/sessions.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { bytes, date, grace, milliseconds, text } from './columns.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = pgTable('users', {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text(),
  passwordHash: text(),
  credentialVersion: integer().notNull().default(0),
  epoch: integer().notNull(),
  createdAt: date().notNull(),
});

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
  },
  (table) => [
    index('sessions_user').on(table.userId),
    index('sessions_ended').on(table.endedAt).where(isNotNull(table.endedAt)),
    index('sessions_expiry').on(table.expiresAt),
  ],
);

/** One-time links, each stored by the hash of its secret. A user has at most one for each purpose. */
export const oneTimeLinks = pgTable(
  'one_time_links',
  {
    userId: owner().notNull(),
    purpose: text().$type<LinkPurpose>().notNull(),
    tokenHash: text().notNull().unique(),
    expiresAt: date().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.purpose] }), index('one_time_links_over').on(table.expiresAt)],
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
