import type { SQL } from 'drizzle-orm';
import { insertIf } from '#db/queries/conditional-insert.ts';
import type { Db, Tables } from '#db/queries/executor.ts';
import type { NewSession } from '#db/store/sessions.ts';

/** Inserts a session of a user who is there for certain: one that its own batch has written. */
export function insertSession(db: Db, { sessions }: Tables, session: NewSession, userEpoch: number) {
  return db.insert(sessions).values(firstRow(session, userEpoch)).returning({ id: sessions.id });
}

/** Inserts a session if a condition holds of its user, by selecting its values once for the user it matches. */
export function insertSessionIf(
  db: Db,
  { sessions, users }: Tables,
  session: NewSession,
  { epoch, condition }: { epoch: number; condition: SQL | undefined },
) {
  return insertIf(db, sessions, firstRow(session, epoch), users, condition).returning({ id: sessions.id });
}

/** Makes the whole row of a new session: generation 0, not confirmed yet. */
export function firstRow(session: NewSession, userEpoch: number): Required<Tables['sessions']['$inferInsert']> {
  const startedAt = session.lastUsedAt.getTime();
  return {
    ...session,
    head: 0,
    parent: null,
    exchangedAt: startedAt,
    confirmedAt: null,
    grace: [],
    version: 0,
    userEpoch,
    endedAt: null,
    endReason: null,
    rateStartedAt: startedAt,
    rateCount: 0,
  };
}
