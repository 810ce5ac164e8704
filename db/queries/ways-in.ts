import { and, eq, exists, inArray, isNotNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { RemovedWaysIn } from '#db/store/mail-links.ts';
import type { WaysIn } from '#db/store/providers.ts';
import { eventWrites } from './activity.ts';
import type { Db, Query, Tables } from './executor.ts';
import { hasPasskey, turnOffWithoutFactor } from './factor-changes.ts';

/** Matches a user who can sign in with something else than the passkey or the identity that `but` names. */
export function hasWayIn(
  db: Db,
  tables: Tables,
  { userId, ways, but = {} }: { userId: string | SQL; ways: WaysIn; but?: { passkeyId?: string; identityId?: string } },
): SQL | undefined {
  const { users, identities, passkeys } = tables;
  const { passkeyId, identityId } = but;
  const isOther = identityId === undefined ? undefined : ne(identities.id, identityId);
  const identity = db
    .select({ id: identities.id })
    .from(identities)
    .where(and(eq(identities.userId, userId), inArray(identities.issuer, [...ways.issuers]), isOther));
  const isUsable = and(
    eq(passkeys.rpId, ways.rpId ?? ''),
    passkeyId === undefined ? undefined : ne(passkeys.id, passkeyId),
  );
  return or(
    ways.password ? isNotNull(users.passwordHash) : sql`1 = 0`,
    hasPasskey(db, tables, userId, isUsable),
    ways.issuers.length > 0 ? exists(identity) : undefined,
  );
}

/** Builds the writes that remove the identities of a user, and all passkeys but one. */
export function removeWaysIn(
  db: Db,
  tables: Tables,
  { userId, keptPasskeyId, rpId, events }: RemovedWaysIn & { userId: string },
): Query<unknown>[] {
  const { passkeys, identities } = tables;
  const isOther = keptPasskeyId === null ? undefined : ne(passkeys.id, keptPasskeyId);
  return [
    db
      .delete(passkeys)
      .where(and(eq(passkeys.userId, userId), isOther))
      .returning({ id: passkeys.id }),
    db.delete(identities).where(eq(identities.userId, userId)).returning({ id: identities.id }),
    ...turnOffWithoutFactor(db, tables, userId, rpId),
    ...events.flatMap((event) => eventWrites(db, tables, event)),
  ];
}
