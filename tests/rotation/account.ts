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
      const generation = present(of(sessions, op.session), op.generation, clock, newest(keys), rules);
      return generation === null ? 'refused' : { generation, key: tokens[generation]?.key ?? '' };
    }
    case 'use':
      return use(of(sessions, op.session), op.generation, clock, rules);
    case 'sign out':
      if (isListed(op.key)) endUnlessOver(of(sessions, op.session), clock);
      return 'done';
    case 'sign out everywhere':
      endAll(account, op.except);
      return 'done';
    case 'sign in':
      if (op.password !== account.password) return 'refused';
      if (op.replaces && isListed(op.replaces.key)) of(sessions, op.replaces.session).isEnded = true;
      sessions[op.name] = signedIn(clock, newest(keys), rules);
      return 'done';
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
  for (const [name, history] of Object.entries(account.sessions)) if (name !== except) history.isEnded = true;
}

function endUnlessOver(history: History, clock: number): void {
  if (!isOver(history, clock)) history.isEnded = true;
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
