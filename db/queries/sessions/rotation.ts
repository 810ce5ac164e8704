import { and, eq, isNull, type Placeholder, type SQL, sql } from 'drizzle-orm';
import type { Db, Executor, Query, Tables } from '#db/queries/executor.ts';
import type { SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';
import { endSessions } from './end.ts';
import { isReplacedBy } from './successors.ts';

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
  const selectReplaced = preparedReplaced(executor);
  const { tables, batch } = executor;
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
      const values = { ...next, id, version, lastUsedAt: new Date(next.exchangedAt) };
      if (next.parent === 0 && (await isSuccessor(id)))
        return firstUse(id, (db) => advance(db, tables, inPlace(tables, values)), next.exchangedAt);
      return (await updateToNext(values)).length > 0;
    },

    async confirm(id, generation, now, idleExpiresAt) {
      const values = { id, generation, now: now.getTime(), idleExpiresAt: idleExpiresAt.getTime() };
      if (generation === 0 && (await isSuccessor(id)))
        return firstUse(id, (db) => confirm(db, tables, values), values.now);
      return (await updateToConfirmed(values)).length > 0;
    },
  };

  async function isSuccessor(id: string): Promise<boolean> {
    const [found] = await selectReplaced({ id });
    return found !== undefined && found.replaces !== null;
  }

  /** Makes a write that is the first use of a successor, and ends what that replaces. */
  async function firstUse(id: string, write: (db: Db) => Query<unknown>, at: number): Promise<boolean> {
    const used = await batch(write, (db) => [
      endSessions(db, tables, isReplacedBy(tables, id), 'replaced', new Date(at)),
    ]);
    return used.length > 0;
  }
}

/** Selects a user's columns, but not the password hash: nothing that reads a session may have it. */
function userColumns({ id, email, name, epoch, createdAt }: Executor['tables']['users']) {
  return { id, email, name, epoch, createdAt };
}

function preparedSession({ tables: { users, sessions }, prepare }: Executor) {
  return prepare('find_session', (db) =>
    db
      .select({ session: sessions, user: { ...userColumns(users), twoStep: users.twoStep } })
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

function preparedReplaced({ tables: { sessions }, prepare }: Executor) {
  return prepare('find_replaced', (db) =>
    db
      .select({ replaces: sessions.replaces })
      .from(sessions)
      .where(eq(sessions.id, sql.placeholder('id'))),
  );
}

function preparedAdvance({ tables, prepareWrite }: Executor) {
  return prepareWrite('advance_session', (db) => advance(db, tables, inPlace(tables, sql.placeholder)));
}

function preparedConfirm({ tables, prepareWrite }: Executor) {
  const { placeholder } = sql;
  return prepareWrite('confirm_session', (db) =>
    confirm(db, tables, {
      id: placeholder('id'),
      generation: placeholder('generation'),
      now: placeholder('now'),
      idleExpiresAt: placeholder('idleExpiresAt'),
    }),
  );
}

type Columns = Tables['sessions']['$inferInsert'];
type ValueFor = (name: keyof Columns) => SQL;

/** Encodes a column's value, or the placeholder for it, as its column does. A bare placeholder would not be. */
function inPlace({ sessions }: Tables, values: Partial<Columns> | ((name: keyof Columns) => Placeholder)): ValueFor {
  return (name) => sql`${sql.param(typeof values === 'function' ? values(name) : values[name], sessions[name])}`;
}

function advance(db: Db, tables: Tables, valueFor: ValueFor) {
  const { sessions } = tables;
  return db
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
        eq(sessions.id, valueFor('id')),
        eq(sessions.version, valueFor('version')),
        isAlive(db, tables, valueFor('exchangedAt')),
      ),
    )
    .returning({ id: sessions.id });
}

type Value<Of> = Of | Placeholder;

function confirm(
  db: Db,
  tables: Tables,
  values: { id: Value<string>; generation: Value<number>; now: Value<number>; idleExpiresAt: Value<number> },
) {
  const { sessions } = tables;
  const { id, generation, now, idleExpiresAt } = values;
  // A clock that went backward since the refresh must not date the confirmation before it.
  const confirmedAt = sql`case when ${sessions.exchangedAt} > ${now} then ${sessions.exchangedAt} else ${now} end`;
  return db
    .update(sessions)
    .set({
      confirmedAt,
      lastUsedAt: confirmedAt,
      idleExpiresAt: sql`${idleExpiresAt}`,
      version: sql`${sessions.version} + 1`,
    })
    .where(
      and(eq(sessions.id, id), eq(sessions.head, generation), isNull(sessions.confirmedAt), isAlive(db, tables, now)),
    )
    .returning({ id: sessions.id });
}
