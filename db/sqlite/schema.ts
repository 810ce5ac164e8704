/**
 * The tables on SQLite, except those of features that can be taken out. Property names become snake_case columns. Times
 * are integer milliseconds, which rotation reads as numbers and everything else as `Date`s. PostgreSQL's schema must
 * have the same shape, so that one set of queries serves both; tests/contract/schemas.test.ts compares them.
 */
import { isNotNull, isNull } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { linkPurposes } from '#db/store/one-time-links.ts';
import { endReasons } from '#db/store/sessions.ts';
import { eventTypes } from '#lib/core/activity/contract.ts';
import { bytes, date, grace } from './columns.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = sqliteTable('users', {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text(),
  passwordHash: text(),
  credentialVersion: integer().notNull().default(0),
  epoch: integer().notNull(),
  createdAt: date().notNull(),
});

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
  },
  (table) => [
    // Counting living sessions reads this index and no row. Of its columns, those that change do so together with
    // lastUsedAt; endedAt is always null in it.
    index('sessions_open')
      .on(table.userId, table.lastUsedAt, table.idleExpiresAt, table.expiresAt, table.appEpoch, table.endedAt)
      .where(isNull(table.endedAt)),
    index('sessions_ended').on(table.endedAt).where(isNotNull(table.endedAt)),
    index('sessions_expiry').on(table.expiresAt),
  ],
);

/** One-time links, each stored by the hash of its secret. A user has at most one for each purpose. */
export const oneTimeLinks = sqliteTable(
  'one_time_links',
  {
    userId: owner().notNull(),
    purpose: text({ enum: linkPurposes }).notNull(),
    tokenHash: text().notNull().unique(),
    expiresAt: date().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.purpose] }), index('one_time_links_over').on(table.expiresAt)],
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
