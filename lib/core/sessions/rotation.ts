/**
 * The refresh-token state machine, as pure functions: they decide what a presented generation means and what the row
 * becomes. Times are milliseconds of Unix time. docs/token-lifecycle.md explains why each line is necessary.
 */

/**
 * A grace window of an earlier group: each generation with `lo <= generation < hi` is still answered up to `until`,
 * inclusive.
 */
export interface Grace {
  lo: number;
  hi: number;
  until: number;
}

/** The part of a session row that rotation reads. Times are milliseconds of Unix time. */
export interface Session {
  /** The newest generation. Generations between `parent` and `head` are siblings. */
  head: number;
  /** The generation whose refresh brought the head and its siblings; null before the first refresh. */
  parent: number | null;
  /** The time at which the head was made. */
  exchangedAt: number;
  /** The time at which something that carries the head's generation was first used; null until then. */
  confirmedAt: number | null;
  /** Windows of earlier groups, oldest first. */
  grace: readonly Grace[];
  idleExpiresAt: number;
  expiresAt: number;
  endedAt: number | null;
  userEpoch: number;
  appEpoch: number;
}

/** The epochs in force now. A session that began under an older one is over. */
export interface Epochs {
  user: number;
  app: number;
}

/** The verdict on a presented refresh token. docs/token-lifecycle.md has the rule, and tells what each word means. */
export type Decision = 'forged' | 'ended' | 'ahead' | 'rotate' | 'replay' | 'replace' | 'reuse';

/** The verdict on an access token's generation. `confirm`: granted, once `confirmed_at` is written. */
export type AccessVerdict = 'ended' | 'stale' | 'granted' | 'confirm';

/** The fields that decide whether a session is over and what its access tokens may do: all but the grace windows. */
export type SessionState = Omit<Session, 'grace'>;

/** Returns the time as a session sees it: the clock's, or a later one in its row, so that it never runs backward. */
export function sessionNow(session: SessionState, clock: number): number {
  return Math.max(clock, session.exchangedAt, session.confirmedAt ?? 0);
}

/** Decides whether a session has ended, has expired, or began under an older epoch. */
export function isOver(session: SessionState, epochs: Epochs, now: number): boolean {
  return (
    session.endedAt !== null ||
    now >= session.idleExpiresAt ||
    now >= session.expiresAt ||
    session.userEpoch < epochs.user ||
    session.appEpoch < epochs.app
  );
}

/** Decides what presenting the refresh token of a generation means. The first matching rule wins. */
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

/** The fields of a session's row that a rotation or a replacement writes. */
export type Advance = Pick<Session, 'head' | 'parent' | 'exchangedAt' | 'confirmedAt' | 'grace'>;

/** Makes the presented head the parent of a new one. Its group is still answered for the rest of its own window. */
export function rotate(session: Session, now: number, graceMs: number): Advance {
  return {
    head: session.head + 1,
    parent: session.head,
    exchangedAt: now,
    confirmedAt: null,
    grace: graceAfterRotation(session, now, graceMs),
  };
}

/** Puts a new sibling in the place of a head that was never used and is too old to be sent again. */
export function replace(session: Session, now: number): Advance {
  const { head, parent, grace } = session;
  return { head: head + 1, parent, exchangedAt: now, confirmedAt: null, grace };
}

/** Decides what an access token or page session may do. The parent's is granted too, but only the head's confirms. */
export function access(session: SessionState, generation: number, epochs: Epochs, now: number): AccessVerdict {
  if (isOver(session, epochs, now)) return 'ended';
  if (generation === session.head) return session.confirmedAt === null ? 'confirm' : 'granted';
  return generation === session.parent ? 'granted' : 'stale';
}

function graceAfterRotation(session: Session, now: number, graceMs: number): Grace[] {
  const live = session.grace.filter((entry) => now <= entry.until);
  const windowEnd = (session.confirmedAt ?? now) + graceMs;
  // A window that is over must not be rounded up: that could open it again.
  if (session.parent === null || graceMs === 0 || now > windowEnd) return live;
  const until = Math.ceil(windowEnd / 1000) * 1000;
  const last = live.at(-1);
  if (last?.until === until) return [...live.slice(0, -1), { ...last, hi: session.head }];
  return [...live, { lo: session.parent, hi: session.head, until }];
}
