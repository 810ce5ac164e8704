/** The built app twice, with all that it has been told alike: once past Next's router, once through it. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { vi } from 'vitest';
import { openStore } from '#db/index.ts';
import { openWorld, type Person, type World } from '#tests/fuzz/world.ts';
import { copyOf } from '#tests/support/database.ts';
import { runs } from '#tests/support/depth.ts';
import { seed } from '#tests/support/seed.ts';
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
  /** Stops both, and returns what they have said since they were ready. */
  said(): Promise<{ direct: Said; next: Said }>;
  close(): Promise<void>;
}

/** Lines of a server's output, sorted, without what differs from run to run. */
export interface Said {
  log: string[];
  /** All but the log: what Next prints of errors that nobody caught, without the places that they came by. */
  noise: string[];
}

function saidBy({ output }: RunningServer, known: Set<string>): Said {
  const since = output.slice(output.findIndex((line) => line.startsWith('Latchkey is ready')) + 1);
  const [log = [], noise = []] = [true, false].map((isLog) => since.filter((line) => line.startsWith('{"') === isLog));
  const plain = log.map((line) =>
    line
      .replace(/"(time|requestId)":"[^"]*"/g, '"$1":""')
      // The frames below the first depend on what else the process is doing.
      .replace(/("at":"[^"<]*)<[^"]*"/g, '$1"')
      .replace(/"([\da-f-]{36})"/g, (quoted, id: string) => (known.has(id) ? quoted : '"new"')),
  );
  return { log: plain.sort(), noise: noise.filter((line) => !/^\s+at /.test(line)).sort() };
}

/** Returns lines without those of others, each once. */
export function withoutThose(lines: string[], others: string[]): string[] {
  const rest = [...others];
  return lines.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** Picks some of a list by the seed of this run; at depth all of it, in its order. */
export function some<T>(list: readonly T[], usual: number): T[] {
  const count = runs({ usual: Math.min(usual, list.length), deep: list.length });
  if (count === list.length) return [...list];
  return (
    fc.sample(fc.shuffledSubarray([...list], { minLength: count, maxLength: count }), { seed, numRuns: 1 })[0] ?? []
  );
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
      if (!/^(GET|HEAD|OPTIONS) /.test(String(bytes)) || /(POST|DELETE) |refresh\b/.test(String(bytes)))
        ann = pair.fresh();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return found;
}

/** Settings of both servers, and of the process that writes their rows. */
const common = { ACCESS_TTL_SECONDS: '3600', TRUSTED_PROXY_HOPS: '1', METRICS_TOKEN: metricsToken, RATE_LIMITS: 'off' };

/** Waits until a server has made its mails ready, which it does behind its answers, and logs. */
async function untilMailsAreReady(databaseUrl: string): Promise<void> {
  const store = await openStore(databaseUrl);
  const waiting = async () => (await store.countMails()).counts.waiting;
  await vi.waitFor(async () => assert.equal(await waiting(), 0), 60_000).finally(() => store.close());
}

interface Options {
  /** How many like Ann `fresh` may bring. */
  people: number;
  settings?: Record<string, string>;
  /** Settings of each server alone. */
  own?: { direct: Record<string, string>; next: Record<string, string> };
  /** Folders of the built app. */
  apps?: { direct: string; next: string };
  /** Writes more rows before they are copied. */
  prepare?(world: World): Promise<void>;
}

/** Starts both. Neither has been asked anything. */
export async function startPair({ people, settings = {}, own, apps, prepare }: Options): Promise<Pair> {
  const world = await openWorld({ ...common, ...settings });
  await prepare?.(world);
  const pool: Person[] = [];
  while (pool.length < people) pool.push(await world.another());
  const copies = await Promise.all([0, 1].map(() => copyOf(world.app.deps.env.DATABASE_URL)));
  const shared = { ...common, LOG_LEVEL: 'info', APP_URL: world.app.deps.env.APP_URL, ...settings };
  const start = (FRONT: 'direct' | 'next', DATABASE_URL = '') =>
    startServer({ ...shared, ...own?.[FRONT], FRONT, DATABASE_URL }, apps?.[FRONT]);
  const [direct, next] = await Promise.all([start('direct', copies[0]?.url), start('next', copies[1]?.url)]);
  let stopping: Promise<unknown> | undefined;
  const stop = () => {
    stopping ??= Promise.all([direct.stop(), next.stop()]);
    return stopping;
  };
  const known: Alikeness = likeness(world, pool);
  return {
    ...{ direct, next, world },
    fresh() {
      const person = pool.pop();
      if (!person) throw new Error('More people are needed.');
      return person;
    },
    async same(bytes) {
      const ask = () => Promise.all([exchange(direct.port, bytes), exchange(next.port, bytes)]);
      const answers = await ask();
      // A handler may tell its server's port. Both have five figures.
      for (const [index, { port }] of [direct, next].entries())
        for (const answer of answers[index] ?? []) answer.body = answer.body.replaceAll(String(port), 'PORT!');
      const found = differences(answers, known);
      if (found.length > 0) throw new Error(`${found.join('\n')}\n— asked\n${[bytes].flat().join('…').slice(0, 2000)}`);
      return answers[0];
    },
    async said() {
      await Promise.all(copies.map(({ url }) => untilMailsAreReady(url)));
      await stop();
      return { direct: saidBy(direct, known.known), next: saidBy(next, known.known) };
    },
    async close() {
      await stop();
      await Promise.all(copies.map((copy) => copy.close()));
      await world.close();
    },
  };
}
