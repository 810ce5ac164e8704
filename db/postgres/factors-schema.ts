/** The tables on PostgreSQL of what people show beside their password. */
import { bigint, boolean, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';
import { bytes, date, text } from './columns.ts';
import { users } from './schema.ts';

const owner = () => text().references(() => users.id, { onDelete: 'cascade' });

/** Authenticator apps (RFC 6238), one a person. The secret is sealed with a key of AUTH_SECRET. */
export const totps = pgTable('totps', {
  userId: owner().primaryKey(),
  kid: text().notNull(),
  sealed: bytes().notNull(),
  lastStep: integer().notNull(),
  failures: integer().notNull(),
  createdAt: date().notNull(),
  lastUsedAt: date(),
});

/** Authenticator apps that wait for their first code. One a person: a new one replaces the whole row. */
export const totpEnrolments = pgTable(
  'totp_enrolments',
  {
    userId: owner().primaryKey(),
    sessionId: text().notNull(),
    kid: text().notNull(),
    sealed: bytes().notNull(),
    tries: integer().notNull(),
    expiresAt: date().notNull(),
  },
  (table) => [index('totp_enrolments_over').on(table.expiresAt)],
);

/** Recovery codes that were not used, by their SHA-256. */
export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: owner().notNull(),
    hash: text().notNull(),
    createdAt: date().notNull(),
  },
  (table) => [primaryKey({ columns: [table.userId, table.hash] })],
);

/** Sign-ins that wait for their second step: the password was right, and nothing else is there yet. */
export const secondSteps = pgTable(
  'second_steps',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    secretHash: text().notNull(),
    credentialVersion: integer().notNull(),
    epoch: integer().notNull(),
    persistent: boolean().notNull(),
    tries: integer().notNull(),
    expiresAt: date().notNull(),
    isStrange: boolean().notNull().default(false),
    userAgent: text(),
    ip: text(),
    identityId: text(),
    provider: text(),
    providerSid: text(),
    next: text(),
    askingSessionId: text(),
  },
  (table) => [index('second_steps_of_user').on(table.userId), index('second_steps_over').on(table.expiresAt)],
);

/** Browsers that are not asked for the second step, by the SHA-256 of their cookie. */
export const trustedDevices = pgTable(
  'trusted_devices',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    hash: text().notNull().unique(),
    userEpoch: integer().notNull(),
    userAgent: text(),
    ip: text(),
    createdAt: date().notNull(),
    lastUsedAt: date().notNull(),
    expiresAt: date().notNull(),
  },
  (table) => [index('trusted_devices_of_user').on(table.userId), index('trusted_devices_over').on(table.expiresAt)],
);

/** Passkeys (WebAuthn). A credential id is of one user: whoever shows it says with it who they are. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: text().primaryKey(),
    userId: owner().notNull(),
    credentialId: text().notNull().unique('passkeys_credential_id'),
    publicKey: bytes().notNull(),
    rpId: text().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    synced: boolean().notNull(),
    backedUp: boolean().notNull(),
    transports: text().notNull(),
    name: text().notNull(),
    createdAt: date().notNull(),
    lastUsedAt: date(),
  },
  (table) => [index('passkeys_of_user').on(table.userId)],
);

/** WebAuthn ceremonies that have let somebody do something, and logout tokens of providers, by their ids: none does so twice. */
export const usedCeremonies = pgTable(
  'used_ceremonies',
  { id: text().primaryKey(), expiresAt: date().notNull() },
  (table) => [index('used_ceremonies_over').on(table.expiresAt)],
);
