/** Drives the app by HTTP with more and more connections, on one worker and on two. */
import Sqlite from 'better-sqlite3';
import pg from 'pg';
import { drive, signedIn } from '../drive/drive.ts';
import type { Session, Work } from '../drive/talk.ts';
import { childrenOf, type Running, start } from '../processes.ts';
import { checked } from '../rounds.ts';
import type { Person, Seed } from '../seed.ts';
import { meter, type Usage, type Watched } from './meters.ts';
import { type Load, measureSeries, type Plan, type Series } from './series.ts';

const connections = [1, 4, 16, 64, 128];

/** Requests that a connection makes, again and again in this order. */
interface Mix {
  work: string;
  requests: Work[];
  /** Rows that a request writes on average. The first read after a refresh writes one, to confirm that the token arrived. */
  writes: number;
}

const mixed: Mix = {
  work: 'nine reads, a refresh',
  requests: [...Array<Work>(9).fill('read'), 'refresh'],
  writes: 0.2,
};
const mixes: Mix[] = [
  { work: 'reads', requests: ['read'], writes: 0 },
  { work: 'refreshes', requests: ['refresh'], writes: 1 },
  mixed,
];
const warmUpSeconds = 5;
/** More at once than the app hashes in time are answered 503. */
const signInsAtOnce = 16;
/** The default of DATABASE_POOL_SIZE. */
export const appPool = 20;

/** Measures the app on `workers` workers. PostgreSQL has the seed's people already. */
export async function measureApp(plan: Plan, seed: Seed, workers: number): Promise<Series[]> {
  const { title, postgres, folder, rounds, seconds } = plan;
  const env = { LATCHKEY_WORKERS: String(workers), ...(postgres && { DATABASE_URL: postgres.url }) };
  const server = await start('latchkey', { seed, env, onAllCores: true });
  try {
    const { pid, file } = server;
    const people = seed.people.slice(0, Math.max(...connections));
    const app: App = {
      server,
      people,
      sessions: await signInAll(server, people),
      watched: { workers: workers === 1 ? [pid] : childrenOf(pid), folder, ...(postgres ? { postgres } : { file }) },
    };
    const loads = mixes.flatMap(({ work, requests, writes }) =>
      connections.map(
        (count): Load => ({
          name: `${work} ${count}`,
          work,
          connections: count,
          async measure() {
            const driven = await checked(title, () => driveMetered(app, requests, { count, seconds }));
            const { perSecond, p50Ms, p99Ms, cpuSeconds, usage } = driven;
            const driverCores = cpuSeconds / usage.seconds;
            return { perSecond, p50Ms, p99Ms, driverCores, writes: driven.requests * writes, ...usage };
          },
        }),
      ),
    );
    await driveMetered(app, mixed.requests, { count: people.length, seconds: warmUpSeconds });
    const pool = postgres ? appPool : Number.NaN;
    return await measureSeries({ asked: 'app', title, processes: workers, pool }, loads, rounds);
  } finally {
    await server.stop();
  }
}

interface App {
  server: Running;
  people: Person[];
  sessions: Session[];
  watched: Watched;
}

async function signInAll({ base, dialect }: Running, people: Person[]): Promise<Session[]> {
  const sessions: Session[] = [];
  for (let from = 0; from < people.length; from += signInsAtOnce)
    sessions.push(...(await signedIn({ base, dialect, people: people.slice(from, from + signInsAtOnce) })));
  return sessions;
}

/** Drives the app on the first `count` sessions, and measures what it uses while requests are under way. */
async function driveMetered(
  { server: { base, dialect }, people, sessions, watched }: App,
  works: Work[],
  { count, seconds }: { count: number; seconds: number },
) {
  let stop: (() => Usage) | undefined;
  let usage: Usage | undefined;
  const held = { people: people.slice(0, count), sessions: sessions.slice(0, count) };
  // The driver says when it begins, and prints its result when the last request is answered.
  const driven = await drive({ base, dialect, works, ...held, until: { seconds } }, 'any', () => {
    if (stop) usage ??= stop();
    else stop = meter(watched);
  });
  sessions.splice(0, count, ...driven.sessions);
  if (!usage) throw new Error('The driver was over before it began.');
  return { ...driven, usage };
}

/** Copies people and their tasks from a SQLite file into PostgreSQL. */
export async function copyPeople(file: string, url: string): Promise<void> {
  const source = new Sqlite(file, { readonly: true });
  const target = new pg.Client(url);
  await target.connect();
  for (const name of ['users', 'tasks']) {
    const rows = JSON.stringify(source.prepare(`SELECT * FROM ${name}`).all());
    await target.query(`INSERT INTO ${name} SELECT * FROM json_populate_recordset(NULL::${name}, $1)`, [rows]);
  }
  await target.query('VACUUM ANALYZE');
  await target.end();
  source.close();
}
