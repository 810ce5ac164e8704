/** The oracle of a whole account: its sessions' histories, its password, and what ends many sessions at once. Plain data. */
import { type History, isOver, present, type Rules, signedIn, use } from './oracle.ts';

export interface Account {
  sessions: Record<string, History>;
  password: string;
  /** How often all sessions were ended at once. */
  epoch: number;
  /** AUTH_SECRET, newest first, by the keys' names. */
  keys: string[];
}

/** A request, and what it carries. `key` is what its refresh token was written with. */
export type Op =
  | { kind: 'refresh'; session: string; generation: number; key: string }
  | { kind: 'use'; session: string; generation: number }
  | { kind: 'sign out'; session: string; key: string | null }
  | { kind: 'sign out everywhere'; except: string | null }
  | { kind: 'sign in'; name: string; password: string; replaces: { session: string; key: string } | null }
  | { kind: 'step up'; name: string; asking: string; password: string; epochSeen: number }
  | { kind: 'change password'; name: string; asking: string; password: string; next: string; epochSeen: number }
  /** Not authentic, or in another token's place. */
  | { kind: 'forgery' };

/** What the one that asked is told. */
export type Result = 'done' | 'refused' | 'granted' | 'ended' | 'stale' | { generation: number; key: string };

/** What the op does to the account, and what it is answered. */
export function perform(account: Account, op: Op, clock: number, rules: Rules): Result {
  const { sessions, keys } = account;
  const isListed = (key: string | null) => key === null || keys.includes(key);
  switch (op.kind) {
    case 'refresh': {
      const { tokens } = of(sessions, op.session);
      if (!isListed(op.key) || !isListed(tokens.at(-1)?.key ?? null)) return 'refused';
      const generation = using(sessions, op.session, (history) =>
        present(history, op.generation, clock, newest(keys), rules),
      );
      return generation === null ? 'refused' : { generation, key: tokens[generation]?.key ?? '' };
    }
    case 'use':
      return using(sessions, op.session, (history) => use(history, op.generation, clock, rules));
    case 'sign out':
      if (isListed(op.key) && !isOver(of(sessions, op.session), clock)) end(sessions, op.session);
      return 'done';
    case 'sign out everywhere':
      endAll(account, op.except);
      return 'done';
    case 'sign in':
      if (op.password !== account.password) return 'refused';
      if (op.replaces && isListed(op.replaces.key)) end(sessions, op.replaces.session);
      sessions[op.name] = signedIn(clock, newest(keys), rules);
      return 'done';
    case 'step up': {
      const asking = of(sessions, op.asking);
      if (op.password !== account.password || op.epochSeen !== account.epoch || isOver(asking, clock)) return 'refused';
      const first = signedIn(clock, newest(keys), rules);
      sessions[op.name] = { ...first, end: asking.end, replaces: op.asking };
      return 'done';
    }
    case 'change password':
      if (op.password !== account.password || op.epochSeen !== account.epoch || of(sessions, op.asking).isEnded)
        return 'refused';
      endAll(account, null);
      account.password = op.next;
      sessions[op.name] = signedIn(clock, newest(keys), rules);
      return 'done';
    case 'forgery':
      return 'refused';
  }
}

export function endAll(account: Account, except: string | null): void {
  account.epoch += 1;
  const kept = except === null ? [] : [except, ...oneWith(account.sessions, except)];
  for (const [name, history] of Object.entries(account.sessions)) if (!kept.includes(name)) history.isEnded = true;
}

/** Presents or uses a token of a session. The first use of a successor ends what it replaces; an end ends what is one with it. */
function using<T>(sessions: Record<string, History>, name: string, work: (history: History) => T): T {
  const history = of(sessions, name);
  const { isEnded } = history;
  const others = oneWith(sessions, name);
  const wasUnused = isUnused(history);
  const result = work(history);
  const hasEnded = history.isEnded && !isEnded;
  if (hasEnded || (wasUnused && !isUnused(history))) for (const other of others) of(sessions, other).isEnded = true;
  return result;
}

function end(sessions: Record<string, History>, name: string): void {
  for (const one of [name, ...oneWith(sessions, name)]) of(sessions, one).isEnded = true;
}

/** The sessions that live and die with this one: its unused successors or, if it is one, what it replaces and the others. */
function oneWith(sessions: Record<string, History>, name: string): string[] {
  const history = of(sessions, name);
  const replaced = isUnused(history) ? history.replaces : null;
  const isOne = ([other, { replaces }]: [string, History]) =>
    other === replaced || (isUnused(of(sessions, other)) && (replaces === name || replaces === (replaced ?? name)));
  return Object.entries(sessions)
    .filter((entry) => entry[0] !== name && isOne(entry))
    .map(([other]) => other);
}

function isUnused({ replaces, tokens }: History): boolean {
  return replaces !== null && tokens.length === 1 && tokens[0]?.usedAt === null;
}

export function of(sessions: Record<string, History>, name: string): History {
  const history = sessions[name];
  if (!history) throw new Error(`There is no session ${name}.`);
  return history;
}

function newest([key = '']: string[]): string {
  return key;
}

/** Every account that could have given these results, the ops having been served in some order. */
export function explanations(
  account: Account,
  ops: Op[],
  results: Result[],
  moment: { clock: number; rules: Rules },
): Account[] {
  return orders(ops.map((_, index) => index)).flatMap((order) => {
    const after = structuredClone(account);
    const isSo = order.every((index) => {
      const op = ops[index];
      return op !== undefined && isSame(perform(after, op, moment.clock, moment.rules), results[index]);
    });
    return isSo ? [after] : [];
  });
}

function isSame(one: Result, other: Result | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function orders(items: number[]): number[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
