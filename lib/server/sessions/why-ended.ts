import 'server-only';
import { StoreUnavailable } from '#db/store/store.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { sessionOfRefreshToken } from './of-cookies.ts';

/** The reason that the sign-in page gives for a session's end. Tells no time, device or address: a thief may ask. */
export type EndedBecause =
  | 'expired'
  | 'ended_elsewhere'
  | 'password_changed'
  | 'email_changed'
  | 'account_closed'
  | 'factor_changed'
  | 'provider_signed_out'
  | 'identity_removed'
  | 'copied'
  | 'safety';

const byReason = {
  signed_out: 'ended_elsewhere',
  signed_out_everywhere: 'ended_elsewhere',
  ended_elsewhere: 'ended_elsewhere',
  replaced: null,
  password_changed: 'password_changed',
  email_changed: 'email_changed',
  account_closed: 'account_closed',
  factor_changed: 'factor_changed',
  provider_signed_out: 'provider_signed_out',
  identity_removed: 'identity_removed',
  reuse: 'copied',
  rollback: 'safety',
} as const;

/**
 * Returns why a refresh token's session is over. Returns null if it is not, if it was replaced in the same browser, if
 * the token is not authentic, and while the database is unreachable. Changes nothing.
 */
export async function whyEnded(deps: Container, refreshToken: string | null): Promise<EndedBecause | null> {
  const found = await sessionOfRefreshToken(deps, refreshToken).catch(nullWhileUnavailable);
  if (!found) return null;
  const { session, user } = found;
  const now = sessionNow(session, deps.clock().getTime());
  if (!isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now)) return null;
  if (session.endReason) return byReason[session.endReason];
  if (session.userEpoch < user.epoch) return 'ended_elsewhere';
  return session.appEpoch < deps.env.AUTH_EPOCH ? 'safety' : 'expired';
}

/** Returns null for an unreachable database, since the sign-in form must still be shown. Rethrows any other error. */
function nullWhileUnavailable(error: unknown): null {
  if (error instanceof StoreUnavailable) return null;
  throw error;
}
