/**
 * The tables on SQLite. Property names become snake_case columns; instants are integer milliseconds, which rotation reads as
 * numbers and everything else as `Date`s. PostgreSQL's schema has the same shape, so that one set of queries serves both.
 */
import { isNull } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { endReasons } from '#db/store.ts';
import { eventTypes } from '#lib/core/contracts.ts';
import { bytes, grace } from './columns.ts';

const date = () => integer({ mode: 'timestamp_ms' });
const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

export const users = sqliteTable('users', {
  id: text().primaryKey(),
  email: text().notNull().unique(),
  name: text(),
  passwordHash: text().notNull(),
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
  (table) => [index('sessions_open').on(table.userId, table.lastUsedAt).where(isNull(table.endedAt))],
);

export const tasks = sqliteTable(
  'tasks',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    title: text().notNull(),
    description: text().notNull(),
    deadline: text(),
    completed: integer({ mode: 'boolean' }).notNull(),
    createdAt: date().notNull(),
    updatedAt: date().notNull(),
  },
  (table) => [
    index('tasks_newest').on(table.userId, table.createdAt, table.id),
    index('tasks_newest_by_state').on(table.userId, table.completed, table.createdAt, table.id),
  ],
);

/** `taskId` refers to nothing on purpose: a key outlives the task it made. */
export const idempotencyKeys = sqliteTable(
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
  },
  (table) => [index('events_newest').on(table.userId, table.at, table.id)],
);

export const rateLimits = sqliteTable('rate_limits', {
  key: text().primaryKey(),
  count: integer().notNull(),
  resetAt: date().notNull(),
});
