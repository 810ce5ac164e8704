/** The tables on PostgreSQL of signing in with other providers. */
import { boolean, index, pgTable, unique } from 'drizzle-orm/pg-core';
import type { Intent } from '#lib/core/providers/contract.ts';
import { date, text } from './columns.ts';
import { sessions, users } from './schema.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

/** Identities of users at providers, by issuer and subject. One is of one user. */
export const identities = pgTable(
  'identities',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    issuer: text().notNull(),
    subject: text().notNull(),
    email: text(),
    linkedAt: date().notNull(),
    lastUsedAt: date(),
  },
  (table) => [
    unique('identities_of_issuer').on(table.issuer, table.subject),
    index('identities_of_user').on(table.userId),
  ],
);

/** Sign-ins that are on their way to a provider and back, by the SHA-256 of their state. No secret is stored. */
export const providerTransactions = pgTable(
  'provider_transactions',
  {
    stateHash: text().primaryKey(),
    provider: text().notNull(),
    intent: text().$type<Intent>().notNull(),
    next: text().notNull(),
    persistent: boolean().notNull(),
    sessionId: text(),
    startedAt: date().notNull(),
    expiresAt: date().notNull(),
    claimedUntil: date(),
    heldIssuer: text(),
    heldSubject: text(),
    heldEmail: text(),
  },
  (table) => [index('provider_transactions_over').on(table.expiresAt)],
);

/** Sessions that began at a provider, with its own name for them. */
export const providerSessions = pgTable(
  'provider_sessions',
  {
    sessionId: text()
      .primaryKey()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    identityId: text()
      .notNull()
      .references(() => identities.id, { onDelete: 'cascade' }),
    sid: text(),
  },
  (table) => [index('provider_sessions_of_identity').on(table.identityId)],
);
