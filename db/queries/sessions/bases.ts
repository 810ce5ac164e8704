import { and, eq, exists, isNotNull, isNull, lt, type SQL } from 'drizzle-orm';
import { insertUser, notVerified } from '#db/queries/accounts.ts';
import { eventWrites } from '#db/queries/activity.ts';
import type { Db, Query, Tables } from '#db/queries/executor.ts';
import { voidsAfterPassword } from '#db/queries/passwords.ts';
import { proofEvents, proofGuards } from '#db/queries/proofs.ts';
import {
  copyProviderSession,
  hasRoomForIdentity,
  insertIdentity,
  insertProviderSession,
  spendTransaction,
  touchIdentity,
} from '#db/queries/providers.ts';
import { useSecondStep } from '#db/queries/second-steps.ts';
import { insertTrustedDevice, takeTrustedDevice } from '#db/queries/trusted-devices.ts';
import type { CredentialState } from '#db/store/accounts.ts';
import type { NewSecurityEvent } from '#db/store/activity.ts';
import type { TrustedDeviceRow } from '#db/store/second-steps.ts';
import type { NewSession, SessionBasis } from '#db/store/sessions.ts';
import { isAsking } from './alive.ts';
import { endSessions } from './end.ts';
import { insertSession, insertSessionIf } from './insert.ts';

/** The writes that begin a session. */
interface Writes {
  /** Each returns no row if the session must not begin. */
  guards(db: Db): Query<unknown>[];
  rest(db: Db): Query<unknown>[];
}

/** Returns the writes that begin a session on a basis. Exactly one of them inserts the session. */
export function writesOf(tables: Tables, session: NewSession, basis: SessionBasis): Writes {
  const { signUps } = tables;
  switch (basis.kind) {
    case 'new_account':
      return {
        guards: (db) => [insertUser(db, tables, basis.user, notVerified)],
        rest: (db) => [insertSession(db, tables, session, 0)],
      };
    case 'sign_up':
      return {
        guards: (db) => [
          db.delete(signUps).where(eq(signUps.id, basis.signUpId)).returning({ id: signUps.id }),
          insertUser(db, tables, basis.user, { emailVerifiedAt: session.createdAt, emailVouched: false }),
        ],
        rest: (db) => [insertSession(db, tables, session, 0)],
      };
    case 'credentials':
      return writesPastFactor(tables, session, basis);
    case 'second_step': {
      const { step, proof, device, kept } = basis;
      const { identityId, providerSid: sid } = step;
      const { guards, rest } = writesOnShown(tables, session, { shown: step, kept });
      const { userId, createdAt: at } = session;
      return {
        guards: (db) => [
          useSecondStep(db, tables, { ...step, userId }, at),
          ...proofGuards(db, tables, proof, { userId, at }),
          ...guards(db),
        ],
        rest: (db) => [
          ...rest(db),
          ...proofEvents(db, tables, proof, userId),
          ...(device ? [insertTrustedDevice(db, tables, device)] : []),
          ...(identityId ? [insertProviderSession(db, tables, { sessionId: session.id, identityId, sid })] : []),
        ],
      };
    }
    case 'passkey': {
      const { shown, proof, kept } = basis;
      const { guards, rest } = writesOnShown(tables, session, { shown, kept });
      const { userId, createdAt: at } = session;
      return {
        guards: (db) => [...proofGuards(db, tables, proof, { userId, at }), ...guards(db)],
        rest: (db) => [...rest(db), ...proofEvents(db, tables, proof, userId)],
      };
    }
    case 'provider': {
      const { shown, transaction, identity, isNew, sid } = basis;
      const { userId, createdAt: at } = session;
      const linked = { ...shown, credentialVersion: shown.credentialVersion + 1 };
      const { guards, rest } = writesPastFactor(tables, session, isNew ? { ...basis, shown: linked } : basis);
      return {
        guards: (db) => [
          ...(isNew ? [raiseForLink(db, tables, userId, shown)] : []),
          spendTransaction(db, tables, transaction, at),
          isNew ? insertIdentity(db, tables, identity) : touchIdentity(db, tables, identity, at),
          ...guards(db),
        ],
        rest: (db) => [
          ...rest(db),
          insertProviderSession(db, tables, { sessionId: session.id, identityId: identity.id, sid }),
        ],
      };
    }
    case 'provider_account': {
      const { transaction, user, identity, sid } = basis;
      return {
        guards: (db) => [
          spendTransaction(db, tables, transaction, session.createdAt),
          insertUser(db, tables, user, { emailVerifiedAt: session.createdAt, emailVouched: true }),
          insertIdentity(db, tables, identity),
        ],
        rest: (db) => [
          insertSession(db, tables, session, 0),
          insertProviderSession(db, tables, { sessionId: session.id, identityId: identity.id, sid }),
        ],
      };
    }
    case 'session': {
      const { shown, askingSessionId } = basis;
      const { epoch } = shown;
      const condition = (db: Db) =>
        and(
          isUnchanged(tables, session.userId, shown),
          isAsking(db, tables, session.userId, askingSessionId, session.lastUsedAt),
        );
      return {
        guards: (db) => [insertSessionIf(db, tables, session, { epoch, condition: condition(db) })],
        rest: () => [],
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
          copyProviderSession(db, tables, basis.askingSessionId, session.id),
        ],
      };
    }
  }
}

/** Returns the writes that begin a session where no second step is asked for: two-step sign-in is off, or `device` is a trusted one. */
function writesPastFactor(
  tables: Tables,
  session: NewSession,
  { shown, device, kept }: Omit<Shown, 'mayPass'> & { device?: { hash: string; next: TrustedDeviceRow } },
): Writes {
  // The one condition past which a first factor alone begins a session: it stands here so that no caller can forget it.
  const mayPass = eq(tables.users.twoStep, device !== undefined);
  const { guards, rest } = writesOnShown(tables, session, { shown, kept, mayPass });
  const used = { userId: session.userId, hash: device?.hash ?? '', epoch: shown.epoch, at: session.createdAt };
  return {
    guards: (db) => [...(device ? [takeTrustedDevice(db, tables, used)] : []), ...guards(db)],
    rest: (db) => [...rest(db), ...(device ? [insertTrustedDevice(db, tables, device.next)] : [])],
  };
}

interface Shown {
  shown: CredentialState;
  kept?: NewSecurityEvent | undefined;
  /** A condition on the user beside their credentials. */
  mayPass?: SQL | undefined;
}

/** Returns the writes that begin a session while the shown credentials are unchanged, and keep an account that was to be deleted. */
function writesOnShown(tables: Tables, session: NewSession, { shown, kept, mayPass }: Shown): Writes {
  const condition = and(isUnchanged(tables, session.userId, shown), mayPass);
  if (!kept)
    return {
      guards: (db) => [insertSessionIf(db, tables, session, { epoch: shown.epoch, condition })],
      rest: () => [],
    };
  return {
    guards: (db) => [keepAccount(db, tables, condition)],
    rest: (db) => [insertSession(db, tables, session, shown.epoch), ...eventWrites(db, tables, kept)],
  };
}

/** Raises the user's credential version for an identity more, while the shown credentials are unchanged and there is room for it. */
function raiseForLink(db: Db, tables: Tables, userId: string, shown: CredentialState) {
  const { users } = tables;
  return db
    .update(users)
    .set({ credentialVersion: shown.credentialVersion + 1 })
    .where(and(isUnchanged(tables, userId, shown), hasRoomForIdentity(db, tables, userId)))
    .returning({ id: users.id });
}

/** Gives up the deletion of the account that the condition matches, if it is to be deleted. */
function keepAccount(db: Db, { users }: Tables, condition: SQL | undefined) {
  return db
    .update(users)
    .set({ deletesAt: null })
    .where(and(condition, isNotNull(users.deletesAt)))
    .returning({ id: users.id });
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
export function isUnchanged({ users }: Tables, userId: string, { credentialVersion, epoch }: CredentialState) {
  return and(eq(users.id, userId), eq(users.credentialVersion, credentialVersion), eq(users.epoch, epoch));
}
