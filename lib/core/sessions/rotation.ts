/**
 * The refresh-token state machine, as pure functions: what a presented generation means, and what the row becomes.
 * Times are milliseconds since the epoch. docs/token-lifecycle.md explains why each line is necessary.
 */

/** An ancestor group `lo <= generation < hi` that is still answered until `until` (inclusive). */
export interface Grace {
  lo: number;
  hi: number;
  until: number;
}

/** The part of a session row that rotation reads. */
export interface Session {
  /** The newest generation; `parent` was exchanged for its group. A number between the two is a sibling. */
  head: number;
  parent: number | null;
  exchangedAt: number;
  /** When something that carries the head's generation was first used. */
  confirmedAt: number | null;
  grace: readonly Grace[];
  idleExpiresAt: number;
  expiresAt: number;
  endedAt: number | null;
  userEpoch: number;
  appEpoch: number;
}

/** Epochs in force now: a session that began under an older one is over. */
export interface Epochs {
  user: number;
  app: number;
}

export type Decision = 'forged' | 'ended' | 'ahead' | 'rotate' | 'replay' | 'replace' | 'reuse';

/** What an access token's generation is allowed. `confirm`: write `confirmed_at` before serving data. */
export type AccessVerdict = 'ended' | 'stale' | 'granted' | 'confirm';

/** What tells whether a session lives and what a token of it may do: all but the ancestor windows. */
export type SessionState = Omit<Session, 'grace'>;

/** The clock as this session may see it: it never runs backward. */
export function sessionNow(session: SessionState, clock: number): number {
  return Math.max(clock, session.exchangedAt, session.confirmedAt ?? 0);
}

export function isOver(session: SessionState, epochs: Epochs, now: number): boolean {
  return (
    session.endedAt !== null ||
    now >= session.idleExpiresAt ||
    now >= session.expiresAt ||
    session.userEpoch < epochs.user ||
    session.appEpoch < epochs.app
  );
}

/** What presenting the refresh token of `generation` means. The first match wins. */
export function decide(
  session: Session,
  presented: { generation: number; nonceMatches: boolean },
  context: { now: number; graceMs: number; epochs: Epochs },
): Decision {
  const { generation, nonceMatches } = presented;
  const { now, graceMs, epochs } = context;
  const { head, parent, exchangedAt, confirmedAt } = session;
  if (!nonceMatches) return 'forged';
  if (isOver(session, epochs, now)) return 'ended';
  if (generation > head) return 'ahead';
  if (generation === head) return 'rotate';
  if (parent !== null && parent <= generation) {
    if (confirmedAt === null) return now <= exchangedAt + graceMs ? 'replay' : 'replace';
    return now <= confirmedAt + graceMs ? 'replay' : 'reuse';
  }
  const isCovered = session.grace.some(({ lo, hi, until }) => lo <= generation && generation < hi && now <= until);
  return isCovered ? 'replay' : 'reuse';
}

/** The fields that a rotation or a replacement writes. */
export type Advance = Pick<Session, 'head' | 'parent' | 'exchangedAt' | 'confirmedAt' | 'grace'>;

/** The head was presented: it becomes the parent, and its group stays answerable for the rest of its own window. */
export function rotate(session: Session, now: number, graceMs: number): Advance {
  return {
    head: session.head + 1,
    parent: session.head,
    exchangedAt: now,
    confirmedAt: null,
    grace: graceAfterRotation(session, now, graceMs),
  };
}

/** The head was never used and is too old to repeat: a fresh sibling takes its place. */
export function replace(session: Session, now: number): Advance {
  const { head, parent, grace } = session;
  return { head: head + 1, parent, exchangedAt: now, confirmedAt: null, grace };
}

/** What an access token or page session of `generation` may do. Only the head's confirms; the parent's still reads. */
export function access(session: SessionState, generation: number, epochs: Epochs, now: number): AccessVerdict {
  if (isOver(session, epochs, now)) return 'ended';
  if (generation === session.head) return session.confirmedAt === null ? 'confirm' : 'granted';
  return generation === session.parent ? 'granted' : 'stale';
}

function graceAfterRotation(session: Session, now: number, graceMs: number): Grace[] {
  const live = session.grace.filter((entry) => now <= entry.until);
  const windowEnd = (session.confirmedAt ?? now) + graceMs;
  // Rounded up, a window that is over would open again.
  if (session.parent === null || graceMs === 0 || now > windowEnd) return live;
  const until = Math.ceil(windowEnd / 1000) * 1000;
  const last = live.at(-1);
  if (last?.until === until) return [...live.slice(0, -1), { ...last, hi: session.head }];
  return [...live, { lo: session.parent, hi: session.head, until }];
}
