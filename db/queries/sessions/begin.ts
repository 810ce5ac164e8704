import { and, eq, exists, isNotNull, isNull, lt } from 'drizzle-orm';
import { insertUser } from '#db/queries/accounts.ts';
import { eventWrites } from '#db/queries/activity.ts';
import { insertIf } from '#db/queries/conditional-insert.ts';
import type { Db, Executor, Query, Tables } from '#db/queries/executor.ts';
import { voidsAfterPassword } from '#db/queries/passwords.ts';
import { proofEvents, proofGuards } from '#db/queries/proofs.ts';
import type { CredentialState } from '#db/store/accounts.ts';
import type { NewSession, NewSuccessor, SessionBasis, SessionStore } from '#db/store/sessions.ts';
import { isAlive } from './alive.ts';
import { endSessions } from './end.ts';
import { isOneWith } from './successors.ts';

/** Builds the query that begins a session: one batch, whose guards are the condition on which the session begins. */
export function beginQueries({ tables, batchOfAll }: Executor): Pick<SessionStore, 'beginSession' | 'addSuccessor'> {
  return {
    async beginSession({ session, basis, endSessionId, event }) {
      const { guards, rest } = writesOf(tables, session, basis);
      const at = session.lastUsedAt;
      const hits = await batchOfAll(guards, (db) => [
        ...rest(db),
        ...(endSessionId === null ? [] : endReplaced(db, tables, endSessionId, at)),
        ...eventWrites(db, tables, event),
      ]);
      if (hits === 0) return 'refused';
      return basis.kind === 'sign_up' && hits === 1 ? 'email_taken' : 'begun';
    },

    async addSuccessor(session, shown, proof) {
      const { userId, lastUsedAt } = session;
      const hits = await batchOfAll(
        (db) => [
          insertSuccessor(db, tables, session, shown),
          ...proofGuards(db, tables, proof, { userId, at: lastUsedAt }),
        ],
        (db) => proofEvents(db, tables, proof),
      );
      if (hits === 0) return 'refused';
      return proof !== null && hits === 1 ? 'wrong_proof' : 'added';
    },
  };
}

interface Writes {
  /** Each returns no row if the session must not begin. */
  guards(db: Db): Query<{ id: string }>[];
  rest(db: Db): Query<unknown>[];
}

/** Returns the writes that begin a session on a basis. Exactly one of them inserts the session. */
function writesOf(tables: Tables, session: NewSession, basis: SessionBasis): Writes {
  const { signUps } = tables;
  switch (basis.kind) {
    case 'new_account':
      return {
        guards: (db) => [insertUser(db, tables, basis.user, null)],
        rest: (db) => [insertSession(db, tables, session, 0)],
      };
    case 'sign_up':
      return {
        guards: (db) => [
          db.delete(signUps).where(eq(signUps.id, basis.signUpId)).returning({ id: signUps.id }),
          insertUser(db, tables, basis.user, session.createdAt),
        ],
        rest: (db) => [insertSession(db, tables, session, 0)],
      };
    case 'credentials': {
      const { shown, kept } = basis;
      if (!kept)
        return {
          guards: (db) => [insertSessionIfUnchanged(db, tables, session, shown)],
          rest: () => [],
        };
      return {
        guards: (db) => [keepAccount(db, tables, session.userId, shown)],
        rest: (db) => [insertSession(db, tables, session, shown.epoch), ...eventWrites(db, tables, kept)],
      };
    }
    case 'new_password': {
      const epoch = basis.shown.epoch + 1;
      return {
        guards: (db) => [changePassword(db, tables, session.userId, basis)],
        rest: (db) => [
          endEarlierSessions(db, tables, session, epoch),
          ...voidsAfterPassword(db, tables, session.userId),
          insertSession(db, tables, session, epoch),
        ],
      };
    }
  }
}

function insertSession(db: Db, { sessions }: Tables, session: NewSession, userEpoch: number) {
  return db.insert(sessions).values(firstRow(session, userEpoch)).returning({ id: sessions.id });
}

/** Inserts the session if the shown credentials are unchanged, by selecting its values once for the user they match. */
function insertSessionIfUnchanged(db: Db, tables: Tables, session: NewSession, shown: CredentialState) {
  const { sessions, users } = tables;
  const isShown = isUnchanged(tables, session.userId, shown);
  return insertIf(db, sessions, firstRow(session, shown.epoch), users, isShown).returning({ id: sessions.id });
}

/** Gives up the deletion of an account, if it is to be deleted and the shown credentials are unchanged. */
function keepAccount(db: Db, tables: Tables, userId: string, shown: CredentialState) {
  const { users } = tables;
  return db
    .update(users)
    .set({ deletesAt: null })
    .where(and(isUnchanged(tables, userId, shown), isNotNull(users.deletesAt)))
    .returning({ id: users.id });
}

/** Inserts a successor if the shown credentials are unchanged and the session that it replaces is alive. */
function insertSuccessor(db: Db, tables: Tables, session: NewSuccessor, shown: CredentialState) {
  const { sessions, users } = tables;
  const isReplaced = and(eq(sessions.id, session.replaces), eq(sessions.userId, session.userId));
  const isReplacedAlive = and(isReplaced, isAlive(db, tables, session.lastUsedAt.getTime()));
  const isShown = and(
    isUnchanged(tables, session.userId, shown),
    exists(db.select({ id: sessions.id }).from(sessions).where(isReplacedAlive)),
  );
  return insertIf(db, sessions, firstRow(session, shown.epoch), users, isShown).returning({ id: sessions.id });
}

/** Ends the session that the browser came with, and what is one with it. */
function endReplaced(db: Db, tables: Tables, id: string, at: Date) {
  const { sessions } = tables;
  return [
    endSessions(db, tables, eq(sessions.id, id), 'replaced', at),
    endSessions(db, tables, isOneWith(tables, id), 'replaced', at),
  ];
}

/** Sets the password if the shown credentials are unchanged and the session that asks was not ended. */
function changePassword(db: Db, tables: Tables, userId: string, basis: SessionBasis & { kind: 'new_password' }) {
  const { users, sessions } = tables;
  const isAsking = and(eq(sessions.id, basis.askingSessionId), eq(sessions.userId, userId), isNull(sessions.endedAt));
  return db
    .update(users)
    .set({
      passwordHash: basis.passwordHash,
      credentialVersion: basis.shown.credentialVersion + 1,
      epoch: basis.shown.epoch + 1,
    })
    .where(
      and(
        isUnchanged(tables, userId, basis.shown),
        exists(db.select({ id: sessions.id }).from(sessions).where(isAsking)),
      ),
    )
    .returning({ id: users.id });
}

/** Ends the sessions of the user that began before `epoch`. */
function endEarlierSessions(db: Db, tables: Tables, { userId, createdAt }: NewSession, epoch: number) {
  const { sessions } = tables;
  const isEarlier = and(eq(sessions.userId, userId), lt(sessions.userEpoch, epoch));
  return endSessions(db, tables, isEarlier, 'password_changed', createdAt);
}

/** Matches the user while their credentials are those that were shown. */
function isUnchanged({ users }: Tables, userId: string, { credentialVersion, epoch }: CredentialState) {
  return and(eq(users.id, userId), eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
}

/** Makes the whole row of a new session: generation 0, not confirmed yet. */
function firstRow(session: NewSession, userEpoch: number): Required<Tables['sessions']['$inferInsert']> {
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
