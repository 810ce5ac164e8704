/** Asks the store alone for more and more at once, in one process and in two. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { meter, type Watched } from './meters.ts';
import type { Operation } from './operations.ts';
import { percentile } from './percentile.ts';
import { type Load, type Measures, measureSeries, type Plan, type Series } from './series.ts';
import type { StoreJob } from './store-process.ts';

const works: { work: string; operation: Operation }[] = [
  { work: 'reads', operation: 'read' },
  { work: 'refreshes', operation: 'refresh' },
];
const program = fileURLToPath(new URL('store-process.ts', import.meta.url));

export interface StorePlan extends Plan {
  url: string;
  users: number;
  processes: number;
  /** DATABASE_POOL_SIZE of each process. */
  poolSize: number;
  /** Steps: the number of operations that all processes together run at once. */
  loops: number[];
}

/** Measures reads and refreshes at each step. */
export async function measureStore(plan: StorePlan): Promise<Series[]> {
  const { title, url, users, processes, poolSize, loops, postgres, seconds, rounds } = plan;
  const stores: ChildProcess[] = [];
  try {
    for (let index = 0; index < processes; index++) {
      const store = fork(program, [url, String(users), String(poolSize)], { execArgv: ['--conditions=react-server'] });
      stores.push(store);
      await answerOf(store);
    }
    for (const { operation } of works) await run(plan, stores, { operation, of: Math.max(...loops), seconds: 1 });
    const loads = works.flatMap(({ work, operation }) =>
      loops.map(
        (count): Load => ({
          name: `${work} ${count}`,
          work,
          connections: count,
          measure: () => run(plan, stores, { operation, of: count, seconds }),
        }),
      ),
    );
    const pool = postgres ? poolSize * processes : Number.NaN;
    return await measureSeries({ asked: 'store', title, processes, pool }, loads, rounds);
  } finally {
    await Promise.all(stores.map(end));
  }
}

/** Shares the loops of a job out among the processes, and measures them. */
async function run(
  { url, folder, postgres }: StorePlan,
  stores: ChildProcess[],
  { operation, of, seconds }: Omit<StoreJob, 'loops'>,
): Promise<Measures> {
  // A single loop is in one process, whatever their number.
  const busy = stores.slice(0, of);
  const watched: Watched = {
    workers: busy.flatMap(({ pid }) => pid ?? []),
    folder,
    ...(postgres ? { postgres } : { file: url.slice('file:'.length) }),
  };
  const answers = busy.map(answerOf);
  const stop = meter(watched);
  for (const [index, store] of busy.entries()) {
    const loops = Array.from({ length: of }, (_, place) => place).filter((place) => place % busy.length === index);
    store.send({ operation, loops, of, seconds } satisfies StoreJob);
  }
  const took = (await Promise.all(answers)).flat();
  const usage = stop();
  const perSecond = took.length / usage.seconds;
  const writes = operation === 'refresh' ? took.length : 0;
  return { perSecond, p50Ms: percentile(took, 50), p99Ms: percentile(took, 99), driverCores: 0, writes, ...usage };
}

/** Waits for the times that a process sends. Rejects if it ends instead. */
async function answerOf(store: ChildProcess): Promise<number[]> {
  const over = new AbortController();
  const ended = once(store, 'exit', over).then(() => Promise.reject(new Error('A store process ended.')));
  try {
    const [answer] = await Promise.race([once(store, 'message', over), ended]);
    return answer;
  } finally {
    ended.catch(() => {});
    over.abort();
  }
}

async function end(store: ChildProcess): Promise<void> {
  if (!store.connected) return;
  const ended = once(store, 'exit');
  store.disconnect();
  await ended;
}
