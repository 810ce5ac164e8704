import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { Executor } from '#db/queries/executor.ts';
import type { SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';

type RotationQueries = Pick<SessionStore, 'findSession' | 'findAccess' | 'advance' | 'confirm'>;

/**
 * Builds the queries of every request with a token. Such a request makes one read and at most one write, unless another
 * request changes the row in between.
 */
export function rotationQueries(executor: Executor): RotationQueries {
  const selectSession = preparedSession(executor);
  const selectAccess = preparedAccess(executor);
  const updateToNext = preparedAdvance(executor);
  const updateToConfirmed = preparedConfirm(executor);
  return {
    async findSession(id) {
      const [found] = await selectSession({ id });
      return found ?? null;
    },

    async findAccess(id) {
      const [found] = await selectAccess({ id });
      return found ?? null;
    },

    async advance(id, version, next) {
      const advanced = await updateToNext({ ...next, id, version, lastUsedAt: new Date(next.exchangedAt) });
      return advanced.length > 0;
    },

    async confirm(id, generation, now, idleExpiresAt) {
      const values = { id, generation, now: now.getTime(), idleExpiresAt: idleExpiresAt.getTime() };
      return (await updateToConfirmed(values)).length > 0;
    },
  };
}

/** Selects a user's columns, but not the password hash: nothing that reads a session may have it. */
function userColumns({ id, email, name, epoch, createdAt }: Executor['tables']['users']) {
  return { id, email, name, epoch, createdAt };
}

function preparedSession({ tables: { users, sessions }, prepare }: Executor) {
  return prepare('find_session', (db) =>
    db
      .select({ session: sessions, user: userColumns(users) })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(sessions.id, sql.placeholder('id'))),
  );
}

function preparedAccess({ tables: { users, sessions }, prepare }: Executor) {
  const { id, persistent, userEpoch, appEpoch, endedAt, idleExpiresAt, expiresAt } = sessions;
  const { head, parent, exchangedAt, confirmedAt } = sessions;
  const session = { id, persistent, userEpoch, appEpoch, endedAt, idleExpiresAt, expiresAt };
  return prepare('find_access', (db) =>
    db
      .select({
        session: { ...session, head, parent, exchangedAt, confirmedAt },
        user: userColumns(users),
      })
      .from(sessions)
      .innerJoin(users, eq(users.id, sessions.userId))
      .where(eq(sessions.id, sql.placeholder('id'))),
  );
}

function preparedAdvance({ tables, prepareWrite }: Executor) {
  const { sessions } = tables;
  // Encodes the value as its column does, which a bare placeholder would not.
  const valueFor = (name: keyof typeof sessions.$inferInsert): SQL =>
    sql`${sql.param(sql.placeholder(name), sessions[name])}`;
  return prepareWrite('advance_session', (db) =>
    db
      .update(sessions)
      .set({
        head: valueFor('head'),
        parent: valueFor('parent'),
        exchangedAt: valueFor('exchangedAt'),
        confirmedAt: valueFor('confirmedAt'),
        grace: valueFor('grace'),
        headKid: valueFor('headKid'),
        idleExpiresAt: valueFor('idleExpiresAt'),
        rateStartedAt: valueFor('rateStartedAt'),
        rateCount: valueFor('rateCount'),
        lastUsedAt: valueFor('lastUsedAt'),
        version: sql`${sessions.version} + 1`,
      })
      .where(
        and(
          eq(sessions.id, sql.placeholder('id')),
          eq(sessions.version, sql.placeholder('version')),
          isAlive(db, tables, sql.placeholder('exchangedAt')),
        ),
      )
      .returning({ id: sessions.id }),
  );
}

function preparedConfirm({ tables, prepareWrite }: Executor) {
  const { sessions } = tables;
  const now = sql.placeholder('now');
  // A clock that went backward since the refresh must not date the confirmation before it.
  const confirmedAt = sql`case when ${sessions.exchangedAt} > ${now} then ${sessions.exchangedAt} else ${now} end`;
  return prepareWrite('confirm_session', (db) =>
    db
      .update(sessions)
      .set({
        confirmedAt,
        lastUsedAt: confirmedAt,
        idleExpiresAt: sql`${sql.placeholder('idleExpiresAt')}`,
        version: sql`${sessions.version} + 1`,
      })
      .where(
        and(
          eq(sessions.id, sql.placeholder('id')),
          eq(sessions.head, sql.placeholder('generation')),
          isNull(sessions.confirmedAt),
          isAlive(db, tables, now),
        ),
      )
      .returning({ id: sessions.id }),
  );
}
