/** W1, W2, W3, W5: how many answers a second. */
import { drive, type Measured, read, signedIn } from '../drive/drive.ts';
import type { Session, Work } from '../drive/talk.ts';
import { cpuSeconds, type Running, start } from '../processes.ts';
import { alternate, type Contender, checked, warmUp } from '../rounds.ts';
import type { Person } from '../seed.ts';
import { type ServerId, serverIds, servers } from '../servers.ts';
import { type Comparison, type Context, lines, type Row } from './row.ts';

interface RateRow {
  id: string;
  title: string;
  how: string;
  work: Work;
  connections: number;
  /** With the least that Latchkey's rate must be of each one's; null: for information. */
  against: Partial<Record<ServerId, number | null>>;
  /** Where the floor is asked for a path that its middleware does not run for. */
  isFloorBare?: boolean;
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
  onAllCores = false,
  rounds = 15,
  seconds = 1,
  env = {},
}: RateRow): Row {
  const others = serverIds.filter((other) => other in against);
  const ids: ServerId[] = ['latchkey', ...others];
  const comparisons = others.map((other): Comparison => {
    const atLeast = against[other] ?? undefined;
    const quantities = { ours: { who: 'latchkey', metric: 'perSecond' }, theirs: { who: other, metric: 'perSecond' } };
    const compared = isFloorBare && other === 'floor-edge' ? 'floor, a bare handler' : servers[other].title;
    return { compared, ...quantities, unit: '/s', ...(atLeast !== undefined && { atLeast }) };
  });
  return {
    id,
    title,
    how,
    servers: ids,
    rounds,
    seconds,
    async run(context) {
      const people = context.seed.people.slice(0, connections);
      const running: Running[] = [];
      try {
        const chosen = ids.filter((one) => context.ids.includes(one));
        for (const one of chosen) running.push(await start(one, { seed: context.seed, env, onAllCores }));
        const contenders = await Promise.all(running.map((server) => contender(server, work, { context, people })));
        const measured = await alternate(contenders, context.rounds);
        return { rounds: measured, lines: lines(measured, comparisons) };
      } finally {
        await Promise.all(running.map((server) => server.stop()));
      }
    },
  };
}

async function contender(
  { id, base, dialect, pid }: Running,
  work: Work,
  { context, people }: { context: Context; people: Person[] },
): Promise<Contender> {
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
    // A sign-in is slow by design: what warms up there is bcrypt's inner loop, at once.
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
    against: {
      floor: null,
      'floor-edge': 0.95,
      'better-auth': 1.5,
      'better-auth-cache': 1.5,
      'better-auth-edge': 1.5,
      'next-auth': 1.7,
      fastapi: null,
    },
  }),
  rateRow({
    id: 'W2',
    title: 'One-time refreshes',
    how: '16 connections, each with a session of its own, each answer’s cookies sent with the next request. The floor’s handler does one read, one write, one HMAC, one signature and one seal; its path is outside the matcher, as the app’s is.',
    work: 'refresh',
    connections: 16,
    isFloorBare: true,
    against: { 'floor-edge': 0.9, 'better-auth': 1.4, fastapi: null },
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
    against: {
      floor: null,
      'floor-edge': 0.9,
      'better-auth': 1,
      'better-auth-cache': 1,
      'better-auth-edge': 1,
      'next-auth': null,
    },
  }),
];
