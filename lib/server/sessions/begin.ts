import 'server-only';
import { randomUUID } from 'node:crypto';
import type { NewSession, SessionBasis } from '#db/store/sessions.ts';
import type { EventType } from '#lib/core/activity/contract.ts';
import { emailTaken } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { isLikeDevice, isNewDevice } from '#lib/server/activity/devices.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { newSeed } from '#lib/server/crypto/refresh-token.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { sessionOfRefreshToken } from './of-cookies.ts';

export interface SessionStart {
  userId: string;
  /** Names what the session begins on, such as shown credentials or a second step, which must still hold then. */
  basis: SessionBasis;
  /** The type of the security event that is written. */
  event: EventType;
  /** Id of the provider at which the person showed who they are. */
  provider?: string | null;
  /** Types of the events that belong to it beside `event`. */
  alsoEvents?: readonly EventType[];
  /** Methods by which the person has shown who they are (RFC 8176); the password alone if left out. */
  amr?: string;
  /** Time at which the person showed it, if that is not now. */
  authTime?: Date;
  /** "Remember me": the browser keeps the cookies when it closes. */
  persistent: boolean;
  requester: Requester;
  /** The refresh token that the browser sent, of whatever age: its session is ended as `replaced`. */
  refreshToken?: string | null;
  /** Seconds after which the session ends at the latest, if that is sooner than the settings say. */
  lifeSeconds?: number;
  /** True for a browser that has the cookie of a trusted device of the account. */
  isTrusted?: boolean;
  /** True for an account that is to be deleted, as it was read with the credentials: the session keeps it. */
  isLeaving?: boolean;
}

/**
 * Begins a session, for every way of signing in. Writes its row, the end of the session that it replaces and the
 * security event in one transaction. Returns null, and writes nothing, when the condition of `basis` no longer holds.
 * Throws `email_taken` for a sign-up whose address got an account meanwhile, and `StoreUnavailable`.
 */
export async function beginSession(deps: Container, start: SessionStart): Promise<NewSession | null> {
  const { userId, requester, basis } = start;
  const now = deps.clock();
  const session = newSession(deps, start, now);
  const replaced = await sessionOfRefreshToken(deps, start.refreshToken ?? null);
  // A cookie may be a copy, as after a theft: that of an ended session, or from elsewhere, makes no device a known one.
  const isTheirs = replaced?.user.id === userId && replaced.session.endedAt === null;
  const isOwn = isTheirs && isLikeDevice(replaced.session, requester);
  const isTrusted =
    start.isTrusted || ((basis.kind === 'credentials' || basis.kind === 'provider') && basis.device !== undefined);
  const isKnown = isOwn || isTrusted;
  const isNew = start.event !== 'signed_in' || (!isKnown && (await isNewDevice(deps, start, now)));
  const about = { userId, sessionId: session.id, requester, now, isNewDevice: isNew };
  const event = newSecurityEvent(deps, start.event, { ...about, method: methodOf(start) });
  const endSessionId = replaced?.session.id ?? null;
  const kept = start.isLeaving ? newSecurityEvent(deps, 'account_kept', { ...about, isNewDevice: true }) : null;
  const alsoEvents = (start.alsoEvents ?? []).map((type) =>
    newSecurityEvent(deps, type, { ...about, isNewDevice: true }),
  );
  const ofProof = basis.kind === 'second_step' && basis.proof.event;
  const isKept =
    kept &&
    (basis.kind === 'credentials' ||
      basis.kind === 'second_step' ||
      basis.kind === 'passkey' ||
      basis.kind === 'provider');
  const outcome = await deps.store.beginSession({
    session,
    basis: isKept ? { ...basis, kept } : basis,
    endSessionId,
    event,
    alsoEvents,
  });
  if (outcome === 'email_taken') throw emailTaken();
  if (outcome === 'refused') return null;
  if (kept) logSecurityEvent(deps.log, kept);
  for (const one of [event, ...alsoEvents, ...(ofProof ? [ofProof] : [])]) logSecurityEvent(deps.log, one);
  return session;
}

/** Maps what a session begins on to the method of the sign-in. A session that another began has none, nor has a new password. */
const methods: Partial<Record<SessionBasis['kind'], string>> = {
  new_account: 'password',
  sign_up: 'password',
  credentials: 'password',
  second_step: 'password',
  passkey: 'passkey',
};

/** Names the method of a sign-in; with a second step, that of the first. */
function methodOf({ basis, provider = null }: SessionStart): string | null {
  return provider === null ? (methods[basis.kind] ?? null) : `provider:${provider}`;
}

/** Makes a new session's row, with an absolute end that never moves. */
function newSession(
  { env, refreshTokens }: Container,
  { userId, persistent, requester, amr = 'pwd', authTime, lifeSeconds = Number.POSITIVE_INFINITY }: SessionStart,
  now: Date,
): NewSession {
  return {
    id: randomUUID(),
    userId,
    seed: newSeed(),
    headKid: refreshTokens.newestKid,
    persistent,
    appEpoch: env.AUTH_EPOCH,
    idleExpiresAt: now.getTime() + Math.min(lifeSeconds, env.SESSION_IDLE_SECONDS) * 1000,
    expiresAt: now.getTime() + Math.min(lifeSeconds, env.SESSION_MAX_SECONDS) * 1000,
    createdAt: now,
    lastUsedAt: now,
    authTime: authTime ?? now,
    amr,
    replaces: null,
    ...requester,
  };
}
