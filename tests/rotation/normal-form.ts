/** Sessions that the rule cannot tell apart, written alike: now is 0, the smallest generation that matters is 0. */
import type { Session } from '#lib/core/sessions/rotation.ts';

export const second = 1000;

/** A second later, now being 0 again. What is over is dropped, since no decision asks when it was. */
export function aSecondLater(session: Session, graceMs: number): Session {
  const earlier = (at: number) => Math.max(at - second, -graceMs - second);
  const { confirmedAt, exchangedAt, grace } = session;
  return {
    ...session,
    exchangedAt: earlier(exchangedAt),
    confirmedAt: confirmedAt === null ? null : earlier(confirmedAt),
    grace: grace.map((entry) => ({ ...entry, until: entry.until - second })).filter(({ until }) => until >= 0),
  };
}

/** The session as seen from generation `from`, with those that the client mentions. */
export function named(session: Session, mentioned: number[]): string {
  const { head, parent, exchangedAt, confirmedAt, grace } = session;
  const lowest = Math.min(head, ...mentioned);
  const seen = (generation: number | null) => (generation === null ? -1 : Math.max(generation - lowest, -1));
  // Below what anybody mentions, one number is as good as another.
  const windows = grace.filter(({ hi }) => hi > lowest).map(({ lo, hi, until }) => `${seen(lo)}-${seen(hi)}@${until}`);
  return `${seen(head)}<${seen(parent)} made ${exchangedAt} used ${confirmedAt} ${windows.join()} ${mentioned.map(seen).join()}`;
}
