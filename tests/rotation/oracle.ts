/**
 * What a session owes to whoever presents a token, told from its history alone: when each generation was made, by the
 * refresh of which other one, and when it was first used. It shares no code and no field with lib/core/sessions/rotation.ts. Plain data, times in ms.
 */
interface Token {
  madeAt: number;
  /** The generation whose refresh made it; null for the first. */
  madeOf: number | null;
  /** The newest AUTH_SECRET then. */
  key: string;
  usedAt: number | null;
}

export interface History {
  tokens: Token[];
  isEnded: boolean;
  idleEnd: number;
  end: number;
  /** The session, by its name, whose place this one takes at its first use; null for one that began with a sign-in. */
  replaces: string | null;
}

export interface Rules {
  graceMs: number;
  idleMs: number;
  maxMs: number;
}

export function signedIn(now: number, key: string, { idleMs, maxMs }: Rules): History {
  const first = { madeAt: now, madeOf: null, key, usedAt: null };
  return { tokens: [first], isEnded: false, idleEnd: now + idleMs, end: now + maxMs, replaces: null };
}

/** The generation that is answered to a presented one; null when it is refused. Whatever follows from it enters the history. */
export function present(history: History, generation: number, clock: number, key: string, rules: Rules): number | null {
  const { tokens } = history;
  const now = timeOf(history, clock);
  const newest = tokens.length - 1;
  const make = (madeOf: number | null) => {
    history.idleEnd = now + rules.idleMs;
    return tokens.push({ madeAt: now, madeOf, key, usedAt: null }) - 1;
  };
  const expose = () => {
    history.isEnded = true;
    return null;
  };
  if (isOver(history, clock)) return null;
  if (generation > newest) return expose();
  if (generation === newest) {
    const head = at(tokens, newest);
    head.usedAt ??= now;
    return make(newest);
  }
  // A token that was never refreshed itself was replaced: it stands for the refresh that made it.
  const refreshed = tokens.some(({ madeOf }) => madeOf === generation) ? generation : at(tokens, generation).madeOf;
  const last = tokens.findLastIndex(({ madeOf }) => madeOf === refreshed);
  const { madeAt, usedAt } = at(tokens, last);
  if (usedAt === null) return now <= madeAt + rules.graceMs ? newest : make(refreshed);
  const windowEnd = usedAt + rules.graceMs;
  const refreshedAt = tokens[tokens.findIndex(({ madeOf }) => madeOf === last)]?.madeAt;
  // A window that was open at the next refresh lasts to the end of its second; without grace none outlives a refresh.
  if (refreshedAt === undefined || refreshedAt > windowEnd) return now <= windowEnd ? newest : expose();
  return rules.graceMs > 0 && now <= Math.ceil(windowEnd / 1000) * 1000 ? newest : expose();
}

/** What an access token or page session of a generation may do; the first use of the newest enters the history. */
export function use(history: History, generation: number, clock: number, rules: Rules): 'granted' | 'ended' | 'stale' {
  const newest = history.tokens.length - 1;
  const head = at(history.tokens, newest);
  if (isOver(history, clock)) return 'ended';
  if (generation !== newest) return generation === head.madeOf ? 'granted' : 'stale';
  if (head.usedAt === null) {
    head.usedAt = timeOf(history, clock);
    history.idleEnd = head.usedAt + rules.idleMs;
  }
  return 'granted';
}

export function isOver(history: History, clock: number): boolean {
  const now = timeOf(history, clock);
  return history.isEnded || now >= history.idleEnd || now >= history.end;
}

/** Time as far as this session has seen it: a clock that steps back changes nothing that has happened. */
function timeOf({ tokens }: History, clock: number): number {
  return Math.max(clock, ...tokens.slice(-1).flatMap(({ madeAt, usedAt }) => [madeAt, usedAt ?? 0]));
}

function at(tokens: Token[], generation: number): Token {
  const token = tokens[generation];
  if (!token) throw new Error(`There is no generation ${generation}.`);
  return token;
}
