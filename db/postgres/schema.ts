/**
 * The tables on PostgreSQL: the shape of SQLite's, column by column, so that one set of queries serves both. Indexes are its
 * own: a row that is updated without touching an indexed column is updated in place, and a refresh touches none.
 */
import { isNotNull } from 'drizzle-orm';
import { bigint, boolean, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import type { EndReason } from '#db/rows.ts';
import type { EventType } from '#lib/core/contracts.ts';
import { bytes, date, grace, text } from './columns.ts';

const milliseconds = () => bigint({ mode: 'number' });
const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = pgTable('users', {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text(),
  passwordHash: text().notNull(),
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

export const tasks = pgTable(
  'tasks',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    deadline: text(),
    completed: boolean().notNull(),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (table) => [
    index('tasks_newest').on(table.userId, table.createdAt, table.id),
    index('tasks_newest_by_state').on(table.userId, table.completed, table.createdAt, table.id),
  ],
);

/** `taskId` refers to nothing on purpose: a key outlives the task it made. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: owner().notNull(),
    key: text().notNull(),
    hash: text().notNull(),
    taskId: text().notNull(),
    createdAt: date().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.key] }),
    index('idempotency_keys_oldest').on(table.userId, table.createdAt),
    index('idempotency_keys_age').on(table.createdAt),
  ],
);

/** One-time links: only the hash of the secret is kept. One a user; a new one takes the old one's place. */
export const passwordResets = pgTable('password_resets', {
  userId: text()
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  tokenHash: text().notNull().unique(),
  expiresAt: date().notNull(),
});

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
