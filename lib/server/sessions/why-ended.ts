import 'server-only';
import { headers } from 'next/headers';
import { StoreUnavailable } from '#db/store.ts';
import { isOver, sessionNow } from '#lib/core/sessions/rotation.ts';
import { readSessionCookies } from '#lib/server/http/cookies.ts';
import { container } from '#lib/server/runtime/container.ts';

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

/** For the login page: reads, and changes nothing. Null without an authentic refresh cookie of a session that is over. */
export async function whyEnded(): Promise<EndedBecause | null> {
  const deps = container();
  const { refresh } = readSessionCookies(await headers(), deps.env.APP_URL);
  const presented = deps.refreshTokens.parse(refresh);
  const found = presented && (await deps.store.findSession(presented.sessionId).catch(absentWhileAway));
  if (!found || !deps.refreshTokens.isOf(found.session, presented)) return null;
  const { session, user } = found;
  const now = sessionNow(session, deps.clock().getTime());
  if (!isOver(session, { user: user.epoch, app: deps.env.AUTH_EPOCH }, now)) return null;
  if (session.endReason) return byReason[session.endReason];
  if (session.userEpoch < user.epoch) return 'ended_elsewhere';
  return session.appEpoch < deps.env.AUTH_EPOCH ? 'safety' : 'expired';
}

/** No reason is given while the database is away; the form must be there all the same. */
function absentWhileAway(error: unknown): null {
  if (error instanceof StoreUnavailable) return null;
  throw error;
}
