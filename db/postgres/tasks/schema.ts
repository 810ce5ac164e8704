/** The tables of tasks on PostgreSQL. They must have the shape of SQLite's. */
import { boolean, index, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { date, text } from '#db/postgres/columns.ts';
import { users } from '#db/postgres/schema.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

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

/** Remembered keys. `taskId` is no foreign key on purpose: a key outlives the task that it created. */
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
