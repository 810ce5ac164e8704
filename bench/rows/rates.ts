/**
 * W1, W2, W3, W5: the number of answers a second. If one core of the server is the limit, Latchkey and another server
 * are driven at the same moment on one core. Their answers are then compared for each second of processor time that
 * either had: whatever else the machine does at that time slows both. The servers of the other rows take turns.
 */
import { drive, type Measured, read, signedIn } from '../drive/drive.ts';
import type { Session, Work } from '../drive/talk.ts';
import { cpuSeconds, type Running, start } from '../processes.ts';
import { alternate, type Contender, checked, type Rounds, warmUp } from '../rounds.ts';
import type { Person } from '../seed.ts';
import { type ServerId, serverIds, servers } from '../servers.ts';
import { type Comparison, type Context, lines, type Row } from './row.ts';

interface RateRow {
  id: string;
  title: string;
  how: string;
  work: Work;
  connections: number;
  /**
   * Servers to compare with, each with the smallest ratio of Latchkey's rate to theirs that counts as met. Null: for
   * information.
   */
  against: Partial<Record<ServerId, number | null>>;
  /** True if the floor is asked for a path that its middleware does not run for. */
  isFloorBare?: boolean;
  /** True if Latchkey and one other at a time are driven on one core. */
  isPaired?: boolean;
  onAllCores?: boolean;
  rounds?: number;
  seconds?: number;
  env?: Record<string, string>;
}

function rateRow({
  id,
  title,
  how,
  work,
  connections,
  against,
  isFloorBare = false,
  isPaired = false,
  onAllCores = false,
  rounds = 12,
  seconds = 2,
  env = {},
}: RateRow): Row {
  const others = serverIds.filter((other) => other in against);
  const ids: ServerId[] = ['latchkey', ...others];
  const comparisons = others.map((other): Comparison => {
    const atLeast = against[other] ?? undefined;
    const ours = isPaired ? { who: other, metric: 'oursPerSecond' } : { who: 'latchkey', metric: 'perSecond' };
    const compared = isFloorBare && other === 'floor-edge' ? 'floor, a bare handler' : servers[other].title;
    const theirs = { who: other, metric: 'perSecond' };
    return { compared, ours, theirs, unit: '/s', ...(atLeast !== undefined && { atLeast }) };
  });
  return {
    id,
    title,
    how: isPaired
      ? `${how} Latchkey and one other at a time are driven at the same moment on one core; the rates are for each second of the processor that either had.`
      : how,
    servers: ids,
    rounds,
    seconds,
    async run(context) {
      const chosen = ids.filter((one) => context.ids.includes(one));
      const people = context.seed.people.slice(0, connections);
      async function measured(group: readonly ServerId[], rounds: number): Promise<Rounds> {
        const running: Running[] = [];
        try {
          for (const one of group) running.push(await start(one, { seed: context.seed, env, onAllCores }));
          const contenders = await Promise.all(running.map((server) => contender(server, work, { context, people })));
          return await alternate(isPaired ? pair(contenders) : contenders, rounds);
        } finally {
          await Promise.all(running.map((server) => server.stop()));
        }
      }
      const rounds = isPaired
        ? await inPairs(chosen, (group) => measured(group, Math.ceil(context.rounds / starts)))
        : await measured(chosen, context.rounds);
      return { rounds, lines: lines(rounds, comparisons) };
    },
  };
}

/**
 * Number of times that each pair is started. The same code is up to a third faster after one start than after another:
 * its compiler decides at run time.
 */
const starts = 3;

/** Measures Latchkey beside each of the others, started anew several times. Returns all rounds. */
async function inPairs([ours, ...others]: ServerId[], measure: (pair: ServerId[]) => Promise<Rounds>): Promise<Rounds> {
  const all: Rounds = { values: {}, loads: [] };
  if (!ours) return all;
  for (const other of others) {
    const values: Record<string, number>[] = [];
    for (let turn = 0; turn < starts; turn++) {
      const rounds = await measure([ours, other]);
      values.push(...(rounds.values[other] ?? []));
      all.loads.push(...rounds.loads);
    }
    all.values[other] = values;
  }
  return all;
}

/** Makes one contender of two, which are driven at the same moment. */
function pair([ours, other]: RateContender[]): Contender[] {
  if (!ours || !other) return [];
  return [
    {
      name: other.name,
      warmUp: () => Promise.all([ours.warmUp(), other.warmUp()]),
      async measure() {
        const [mine, theirs] = await Promise.all([ours.measure(), other.measure()]);
        return { oursPerSecond: mine.perCpuSecond, perSecond: theirs.perCpuSecond };
      },
    },
  ];
}

interface Rate extends Record<string, number> {
  perSecond: number;
  /** Answers for each second of processor time that the server had. */
  perCpuSecond: number;
}

interface RateContender extends Contender {
  warmUp(): Promise<unknown>;
  measure(): Promise<Rate>;
}

async function contender(
  { id, base, dialect, pid }: Running,
  work: Work,
  { context, people }: { context: Context; people: Person[] },
): Promise<RateContender> {
  let sessions: Session[] = work === 'login' ? [] : await signedIn({ base, dialect, people });
  const run = async (seconds: number): Promise<Measured> => {
    if (work === 'read' || work === 'page') return read(work, { base, dialect, sessions, seconds });
    const held = work === 'login' ? {} : { sessions };
    const driven = await drive({ base, dialect, works: [work], people, ...held, until: { seconds } });
    sessions = driven.sessions;
    return driven;
  };
  return {
    name: id,
    // A sign-in is slow by design. What has to warm up is bcrypt's inner loop, and that does so at once.
    warmUp: () => (work === 'login' ? run(context.warmUpSeconds) : warmUp(run, context.warmUpSeconds)),
    async measure() {
      const before = cpuSeconds(pid);
      const { requests, perSecond, p50Ms, p99Ms } = await checked(id, () => run(context.seconds));
      return { perSecond, perCpuSecond: requests / (cpuSeconds(pid) - before), p50Ms, p99Ms };
    },
  };
}

export const rateRows = [
  rateRow({
    id: 'W1',
    title: 'Authorised reads of ten tasks',
    how: '16 connections, each with a session of its own. GET /api/tasks?page=1&size=10.',
    work: 'read',
    connections: 16,
    isPaired: true,
    against: {
      floor: 1,
      'floor-edge': 1.6,
      'better-auth': 2,
      'better-auth-cache': 2,
      'better-auth-edge': 2,
      'next-auth': 3.5,
      fastapi: null,
    },
  }),
  rateRow({
    id: 'W2',
    title: 'One-time refreshes',
    how: '16 connections, each with a session of its own, each answer’s cookies sent with the next request. The floor’s handler does one read, one write, one HMAC, one signature and one sealed cookie; its path is outside the matcher, as the app’s is.',
    work: 'refresh',
    connections: 16,
    isFloorBare: true,
    against: { 'floor-edge': 1.5, 'better-auth': 2.5, fastapi: null },
    env: { BETTER_AUTH_UPDATE_AGE: '0' },
  }),
  rateRow({
    id: 'W3',
    title: 'Password sign-ins at cost 12',
    how: '8 connections, each a person of its own. The server may use both cores.',
    work: 'login',
    connections: 8,
    isFloorBare: true,
    onAllCores: true,
    rounds: 5,
    seconds: 4,
    against: { 'floor-edge': null, 'better-auth': 1.25, 'next-auth': null, fastapi: null },
  }),
  rateRow({
    id: 'W5',
    title: 'The task page, rendered on the server for somebody signed in',
    how: '16 connections, each with a session of its own. GET /tasks, without compression.',
    work: 'page',
    connections: 16,
    isPaired: true,
    against: {
      floor: null,
      'floor-edge': 0.9,
      'better-auth': 1.1,
      'better-auth-cache': 1.1,
      'better-auth-edge': 1.1,
      'next-auth': null,
    },
  }),
];
