/** W4: the time that a read takes while others sign in without pause. */
import { drive, signedIn } from '../drive/drive.ts';
import type { Job } from '../drive/worker.ts';
import { type Running, start } from '../processes.ts';
import { alternate, type Contender, checked, warmUp } from '../rounds.ts';
import type { ServerId } from '../servers.ts';
import { type Comparison, type Context, lines, type Row } from './row.ts';

const readerCount = 4;
/**
 * Interval of the reads on each connection: fifty reads a second in all, half of what the slowest server can do at
 * rest.
 */
const everyMs = 80;
const stormers = 8;
const ids: readonly ServerId[] = ['latchkey', 'floor-edge', 'better-auth', 'next-auth', 'fastapi'];

const latchkey = (metric: string) => ({ who: 'latchkey', metric });
const comparisons: Comparison[] = [
  {
    compared: 'its own idle p50',
    ours: latchkey('stormP50Ms'),
    theirs: latchkey('idleP50Ms'),
    atMost: 1.3,
    unit: 'ms',
  },
  { compared: 'its own idle p99', ours: latchkey('stormP99Ms'), theirs: latchkey('idleP99Ms'), atMost: 3, unit: 'ms' },
  ...(
    [
      ['floor-edge', 'the floor’s p50 under the same storm, bcryptjs on the main thread', undefined],
      ['better-auth', 'better-auth’s p50 under the same storm', 40],
      ['next-auth', 'next-auth’s p50 under the same storm', 40],
      ['fastapi', 'FastAPI’s p50 under the same storm', undefined],
    ] as const
  ).map(([who, compared, atLeast]): Comparison => {
    const theirs = { who, metric: 'stormP50Ms' };
    const inverse = { compared, ours: latchkey('stormP50Ms'), theirs, isInverse: true, unit: 'ms' };
    return atLeast === undefined ? inverse : { ...inverse, atLeast };
  }),
];

export const stormRow: Row = {
  id: 'W4',
  title: 'Reads during a storm of sign-ins',
  how: '4 connections, on each of which a read as in W1 is due every 80 ms and counts from then; alone, and while 8 clients sign in without pause. Server and driver share both cores.',
  servers: ids,
  rounds: 5,
  seconds: 6,
  async run(context) {
    const running: Running[] = [];
    try {
      for (const id of ids.filter((one) => context.ids.includes(one)))
        running.push(await start(id, { seed: context.seed, onAllCores: true }));
      const rounds = await alternate(
        await Promise.all(running.map((server) => contender(server, context))),
        context.rounds,
      );
      return { rounds, lines: lines(rounds, comparisons) };
    } finally {
      await Promise.all(running.map((server) => server.stop()));
    }
  },
};

async function contender({ id, base, dialect }: Running, context: Context): Promise<Contender> {
  const readers = context.seed.people.slice(0, readerCount);
  const sessions = await signedIn({ base, dialect, people: readers });
  const reads = (until: Job['until']) =>
    drive({ base, dialect, works: ['read'], people: readers, sessions, until }, 'any');
  const paced = () => checked(id, () => reads({ seconds: context.seconds, everyMs }));
  const strangers = context.seed.people.slice(readerCount, readerCount + stormers);
  return {
    name: id,
    warmUp: () => warmUp((seconds) => reads({ seconds }), context.warmUpSeconds),
    async measure() {
      const idle = await paced();
      let onBegun = () => {};
      const begun = new Promise<void>((resolve) => {
        onBegun = resolve;
      });
      const until = { seconds: context.seconds + 1 };
      const storm = drive({ base, dialect, works: ['login'], people: strangers, until }, 'any', onBegun);
      await Promise.race([begun, storm]);
      const stormy = await paced();
      const { perSecond } = await checked(id, () => storm);
      return {
        idleP50Ms: idle.p50Ms,
        idleP99Ms: idle.p99Ms,
        stormP50Ms: stormy.p50Ms,
        stormP99Ms: stormy.p99Ms,
        signInsPerSecond: perSecond,
      };
    },
  };
}
