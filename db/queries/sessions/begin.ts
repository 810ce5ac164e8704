import { and, eq, exists, getTableColumns, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { Executor, Tables } from '#db/queries/executor.ts';
import type { Credentials, NewSession } from '#db/rows.ts';
import type { Store } from '#db/store.ts';
import { ending, endReplaced, firstRow } from './rows.ts';

type SignInQueries = Pick<Store, 'signIn' | 'changePassword'>;

/** Sessions that begin with a password, on the condition that it still is the one that was compared. */
export function signInQueries({ tables, batch }: Executor): SignInQueries {
  const { users, sessions, events } = tables;
  return {
    async signIn({ session, credentials, endSessionId, event }) {
      const signedIn = await batch(
        (db) =>
          db
            .insert(sessions)
            .select(rowWhileValid(tables, session, credentials))
            .returning({ id: sessions.id }),
        (db) => [
          ...(endSessionId === null ? [] : [endReplaced(db, tables, endSessionId, session.createdAt)]),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
      return signedIn.length > 0 ? 'signed_in' : 'stale';
    },

    async changePassword({ askingSessionId, session, credentials, passwordHash, event }) {
      const epoch = credentials.epoch + 1;
      const begunBefore = and(
        eq(sessions.userId, session.userId),
        isNull(sessions.endedAt),
        lt(sessions.userEpoch, epoch),
      );
      const changed = await batch(
        (db) =>
          db
            .update(users)
            .set({ passwordHash, epoch })
            .where(
              and(
                areValid(tables, session.userId, credentials),
                exists(
                  db
                    .select({ id: sessions.id })
                    .from(sessions)
                    .where(
                      and(
                        eq(sessions.id, askingSessionId),
                        eq(sessions.userId, session.userId),
                        isNull(sessions.endedAt),
                      ),
                    ),
                ),
              ),
            )
            .returning({ id: users.id }),
        (db) => [
          db
            .update(sessions)
            .set(ending(tables, 'password_changed', session.createdAt))
            .where(begunBefore)
            .returning({ id: sessions.id }),
          db.insert(sessions).values(firstRow(session, epoch)).returning({ id: sessions.id }),
          db.insert(events).values(event).returning({ id: events.id }),
        ],
      );
      return changed.length > 0 ? 'changed' : 'stale';
    },
  };
}

function areValid({ users }: Tables, userId: string, credentials: Credentials): SQL | undefined {
  return and(
    eq(users.id, userId),
    eq(users.passwordHash, credentials.passwordHash),
    eq(users.epoch, credentials.epoch),
  );
}

/** The session's first row, selected from its user: one row while the credentials are valid, none otherwise. */
function rowWhileValid(tables: Tables, session: NewSession, credentials: Credentials): SQL {
  const row: Record<string, unknown> = firstRow(session, credentials.epoch);
  const values = Object.entries(getTableColumns(tables.sessions)).map(([name, column]) => sql.param(row[name], column));
  const valid = areValid(tables, session.userId, credentials);
  return sql`select ${sql.join(values, sql`, `)} from ${tables.users} where ${valid}`;
}
