import { and, eq, exists, getTableColumns, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { insertUser } from '#db/queries/accounts.ts';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import type { CredentialState } from '#db/store/accounts.ts';
import type { Beginning, NewSession, SessionStore } from '#db/store/sessions.ts';
import { ending } from './conditions.ts';

/** Every way in which a session begins: what it depends on is written first, and the rest only if that had an effect. */
export function beginQueries({ tables, batch }: Executor): Pick<SessionStore, 'beginSession'> {
  const { events } = tables;
  return {
    async beginSession({ session, on, endSessionId, event }) {
      const begun = await batch(
        (db) => conditionOf(db, tables, session, on),
        (db) => [
          ...consequencesOf(db, tables, session, on),
          ...(endSessionId === null ? [] : [endReplaced(db, tables, endSessionId, session.createdAt)]),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
      return begun.length > 0 ? 'begun' : 'refused';
    },
  };
}

/** The write that decides: no row where what the session begins on does not hold. */
function conditionOf(db: Db, tables: Tables, session: NewSession, on: Beginning) {
  const { sessions } = tables;
  if (on.kind === 'new_account') return insertUser(db, tables, on.user);
  if (on.kind === 'new_password') return changePassword(db, tables, session.userId, on);
  return db
    .insert(sessions)
    .select(rowWhileStanding(tables, session, on.shown))
    .returning({ id: sessions.id });
}

function consequencesOf(db: Db, tables: Tables, session: NewSession, on: Beginning) {
  const { sessions } = tables;
  const insertAt = (epoch: number) =>
    db.insert(sessions).values(firstRow(session, epoch)).returning({ id: sessions.id });
  if (on.kind === 'new_account') return [insertAt(0)];
  if (on.kind === 'credentials') return [];
  const epoch = on.shown.epoch + 1;
  return [endBegunBefore(db, tables, session, epoch), insertAt(epoch)];
}

/** Sets the password while the shown credentials stand and the session that asks is not ended. */
function changePassword(db: Db, tables: Tables, userId: string, on: Beginning & { kind: 'new_password' }) {
  const { users, sessions } = tables;
  const isAsking = and(eq(sessions.id, on.askingSessionId), eq(sessions.userId, userId), isNull(sessions.endedAt));
  return db
    .update(users)
    .set({
      passwordHash: on.passwordHash,
      credentialVersion: on.shown.credentialVersion + 1,
      epoch: on.shown.epoch + 1,
    })
    .where(and(stands(tables, userId, on.shown), exists(db.select({ id: sessions.id }).from(sessions).where(isAsking))))
    .returning({ id: users.id });
}

function endBegunBefore(db: Db, tables: Tables, { userId, createdAt }: NewSession, epoch: number) {
  const { sessions } = tables;
  return db
    .update(sessions)
    .set(ending(tables, 'password_changed', createdAt))
    .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), lt(sessions.userEpoch, epoch)))
    .returning({ id: sessions.id });
}

/** Ends the session that a new one replaces, whoever's it was. */
function endReplaced(db: Db, tables: Tables, id: string, at: Date) {
  const { sessions } = tables;
  return db
    .update(sessions)
    .set(ending(tables, 'replaced', at))
    .where(and(eq(sessions.id, id), isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
}

function stands({ users }: Tables, userId: string, { credentialVersion, epoch }: CredentialState): SQL | undefined {
  return and(eq(users.id, userId), eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
}

/** The row of a session that begins: generation 0, not confirmed yet. */
function firstRow(session: NewSession, userEpoch: number): Required<Tables['sessions']['$inferInsert']> {
  const startedAt = session.createdAt.getTime();
  return {
    ...session,
    head: 0,
    parent: null,
    exchangedAt: startedAt,
    confirmedAt: null,
    grace: [],
    version: 0,
    userEpoch,
    lastUsedAt: session.createdAt,
    endedAt: null,
    endReason: null,
    rateStartedAt: startedAt,
    rateCount: 0,
  };
}

/** The session's first row, selected from its user: one row while the shown credentials stand, none otherwise. */
function rowWhileStanding(tables: Tables, session: NewSession, shown: CredentialState): SQL {
  const row: Record<string, unknown> = firstRow(session, shown.epoch);
  const values = Object.entries(getTableColumns(tables.sessions)).map(([name, column]) => sql.param(row[name], column));
  const standing = stands(tables, session.userId, shown);
  return sql`select ${sql.join(values, sql`, `)} from ${tables.users} where ${standing}`;
}
