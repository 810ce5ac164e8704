/** The built app twice, with all that it has been told alike: once past Next's router, once through it. */
import { openWorld, type Person, type World } from '#tests/fuzz/world.ts';
import { copyOf } from '#tests/support/database.ts';
import { type RunningServer, startServer } from '#tests/support/server.ts';
import { type Answer, type Bytes, exchange } from './exchange.ts';
import { type Alikeness, differences, likeness } from './likeness.ts';

export const metricsToken = 'metrics-canary-0123456789';

export interface Pair {
  direct: RunningServer;
  next: RunningServer;
  /** Ann and Bob, whose rows both databases have, so that the same bytes mean the same to both servers. */
  world: World;
  /** Brings somebody like Ann, of whom no request has been made. */
  fresh(): Person;
  /** Sends the same bytes to both, and throws where the answers differ. Returns the answers. */
  same(bytes: Bytes): Promise<Answer[]>;
  close(): Promise<void>;
}

/** Makes what is sent in the name of somebody. */
export type Case = (world: World) => Bytes;

/** Sends each, some at a time, and lists how answers differ. What may have changed something of Ann's is the last of hers. */
export async function differing(pair: Pair, cases: readonly Case[]): Promise<string[]> {
  const found: string[] = [];
  const queue = cases.toReversed();
  const work = async () => {
    let ann = pair.fresh();
    for (let make = queue.pop(); make; make = queue.pop()) {
      const bytes = make({ ...pair.world, ann });
      await pair.same(bytes).catch((error: Error) => found.push(error.message));
      if (!/^(GET|HEAD|OPTIONS) /.test(String(bytes)) || /(POST|DELETE) |refresh\b/.test(String(bytes))) ann = pair.fresh();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}

/** Settings of both servers, and of the process that writes their rows. */
const common = { ACCESS_TTL_SECONDS: '3600', TRUSTED_PROXY_HOPS: '1', METRICS_TOKEN: metricsToken, RATE_LIMITS: 'off' };

/** Starts both, of `app`, with `people` like Ann. */
export async function startPair(people: number, settings: Record<string, string> = {}, app = '.'): Promise<Pair> {
  const world = await openWorld({ ...common, ...settings });
  const pool: Person[] = [];
  while (pool.length < people) pool.push(await world.another());
  const copies = await Promise.all([0, 1].map(() => copyOf(world.app.deps.env.DATABASE_URL)));
  const start = (FRONT: string, copy = 0) => {
    const all = { ...common, LOG_LEVEL: 'info', APP_URL: world.app.deps.env.APP_URL, ...settings, FRONT };
    return startServer({ ...all, DATABASE_URL: copies[copy]?.url ?? '' }, app);
  };
  const [direct, next] = await Promise.all([start('direct', 0), start('next', 1)]);
  const known: Alikeness = likeness(world, pool);
  return {
    ...{ direct, next, world },
    fresh() {
      const person = pool.pop();
      if (!person) throw new Error('More people are needed.');
      return person;
    },
    async same(bytes) {
      const ask = () =>
        Promise.all([exchange(direct.port, bytes), exchange(next.port, bytes)]);
      const answers = await ask();
      const found = differences(answers, known);
      if (found.length > 0) throw new Error(`${found.join('\n')}\n— asked\n${[bytes].flat().join('…').slice(0, 2000)}`);
      return answers[0];
    },
    async close() {
      await Promise.all([direct.stop(), next.stop()]);
      await Promise.all(copies.map((copy) => copy.close()));
      await world.close();
    },
  };
}
