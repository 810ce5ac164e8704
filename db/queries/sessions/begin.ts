import { and, eq } from 'drizzle-orm';
import { eventWrites } from '#db/queries/activity.ts';
import type { Db, Executor, Tables } from '#db/queries/executor.ts';
import { proofEvents, proofGuardCount, proofGuards } from '#db/queries/proofs.ts';
import { copyProviderSession } from '#db/queries/providers.ts';
import { spendAskedStep } from '#db/queries/second-steps.ts';
import type { CredentialState } from '#db/store/accounts.ts';
import type { NewSuccessor, SessionStore } from '#db/store/sessions.ts';
import { isAsking } from './alive.ts';
import { isUnchanged, writesOf } from './bases.ts';
import { endSessions } from './end.ts';
import { insertSessionIf } from './insert.ts';
import { isOneWith } from './successors.ts';

/** Builds the query that begins a session: one batch, whose guards are the condition on which the session begins. */
export function beginQueries({ tables, batchOfAll }: Executor): Pick<SessionStore, 'beginSession' | 'addSuccessor'> {
  return {
    async beginSession({ session, basis, endSessionId, event, alsoEvents = [] }) {
      const { guards, rest } = writesOf(tables, session, basis);
      const at = session.lastUsedAt;
      let asked = 0;
      const counted = (db: Db) => {
        const all = guards(db);
        asked = all.length;
        return all;
      };
      const hits = await batchOfAll(counted, (db) => [
        ...rest(db),
        ...(endSessionId === null ? [] : endReplaced(db, tables, endSessionId, at)),
        ...[event, ...alsoEvents].flatMap((one) => eventWrites(db, tables, one)),
      ]);
      if (hits === asked) return 'begun';
      const makesAccount = basis.kind === 'sign_up' || basis.kind === 'provider_account';
      return makesAccount && hits === 1 ? 'email_taken' : 'refused';
    },

    async addSuccessor(session, shown, proof, { step, event = null } = {}) {
      const { userId, lastUsedAt: at, replaces: sessionId } = session;
      const hits = await batchOfAll(
        (db) => [
          insertSuccessor(db, tables, session, shown),
          ...(step ? [spendAskedStep(db, tables, { ...step, userId }, { sessionId, at })] : []),
          ...proofGuards(db, tables, proof, { userId, at }),
        ],
        (db) => [
          copyProviderSession(db, tables, session.replaces, session.id),
          ...proofEvents(db, tables, proof, userId),
          ...(event ? eventWrites(db, tables, event) : []),
        ],
      );
      if (hits === 0) return 'refused';
      return hits < (step ? 2 : 1) + proofGuardCount(proof) ? 'wrong_proof' : 'added';
    },
  };
}

/** Inserts a successor if the shown credentials are unchanged and the session that it replaces is alive. */
function insertSuccessor(db: Db, tables: Tables, session: NewSuccessor, shown: CredentialState) {
  const { userId, replaces, lastUsedAt } = session;
  const condition = and(isUnchanged(tables, userId, shown), isAsking(db, tables, userId, replaces, lastUsedAt));
  return insertSessionIf(db, tables, session, { epoch: shown.epoch, condition });
}

/** Ends the session that the browser came with, and what is one with it. */
function endReplaced(db: Db, tables: Tables, id: string, at: Date) {
  const { sessions } = tables;
  return [
    endSessions(db, tables, eq(sessions.id, id), 'replaced', at),
    endSessions(db, tables, isOneWith(tables, id), 'replaced', at),
  ];
}
