import 'server-only';
import { StoreUnavailable } from '#db/store/store.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { sessionOfRefreshToken } from './of-cookies.ts';

/** Why somebody who comes with a dead refresh cookie is not signed in any more. No time, device or address: a thief may ask. */
export type EndedBecause = 'expired' | 'ended_elsewhere' | 'password_changed' | 'copied' | 'safety';

const byReason = {
  signed_out: 'ended_elsewhere',
  signed_out_everywhere: 'ended_elsewhere',
  ended_elsewhere: 'ended_elsewhere',
  replaced: null,
  password_changed: 'password_changed',
  reuse: 'copied',
  rollback: 'safety',
} as const;

/** Tells the sign-in page why a session is over; changes nothing. Null without an authentic refresh token of one that is. */
export async function whyEnded(deps: Container, refreshToken: string | null): Promise<EndedBecause | null> {
  const found = await sessionOfRefreshToken(deps, refreshToken).catch(absentWhileAway);
  if (!found) return null;
  const { session, user } = found;
  const now = sessionNow(session, deps.clock().getTime());
  if (!isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now)) return null;
  if (session.endReason) return byReason[session.endReason];
  if (session.userEpoch < user.epoch) return 'ended_elsewhere';
  return session.appEpoch < deps.env.AUTH_EPOCH ? 'safety' : 'expired';
}

/** Gives no reason while the database is away; the form must be there all the same. */
function absentWhileAway(error: unknown): null {
  if (error instanceof StoreUnavailable) return null;
  throw error;
}
