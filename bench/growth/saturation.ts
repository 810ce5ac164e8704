/** Finds out where more connections bring no more answers, on each database, with one worker and with two. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { build } from '../build.ts';
import { loadNow } from '../machine.ts';
import { type Seed, seed } from '../seed.ts';
import { appPool, copyPeople, measureApp } from './app-load.ts';
import { type Database, type DatabaseName, openDatabase } from './databases.ts';
import { population } from './seed.ts';
import type { Plan, Series } from './series.ts';
import { measureStore, type StorePlan } from './store-load.ts';
import { measureSyncs } from './syncs.ts';

export interface Saturation {
  series: Series[];
  /** The store alone, in one process, with the same load on pools of several sizes. */
  pools: Series[];
  /** Times that the disk can keep 4 KB in a second, one after the other. */
  syncsPerSecond: number;
  /** DATABASE_POOL_SIZE of the app, and of each process that asks the store alone. */
  poolSize: number;
  /** Load of the machine before each series. */
  loads: number[];
}

/** People in the database of the store alone. The app's has those of the rest of the suite. */
const users = 10_000;
/** Seconds of one measurement: by HTTP there are fewer answers in a second. */
const [appSeconds, storeSeconds] = [1.25, 1];
const loops = [1, 4, 16, 64];
const poolSizes = [1, 5, 10, 20, 40];

export async function measureSaturation(names: readonly DatabaseName[], rounds: number): Promise<Saturation> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-saturation-'));
  try {
    await build(['latchkey']);
    // The cost is low, since nobody's sign-in is measured.
    const seeded = await seed(join(folder, 'seed.db'), { cost: 10, withBetterAuth: false });
    const syncsPerSecond = measureSyncs(join(folder, 'syncs'));
    const found: Saturation = { series: [], pools: [], syncsPerSecond, poolSize: appPool, loads: [] };
    for (const name of names) await saturate(name, { folder, seeded, rounds }, found);
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Given {
  folder: string;
  seeded: Seed;
  rounds: number;
}

async function saturate(name: DatabaseName, { folder, seeded, rounds }: Given, found: Saturation): Promise<void> {
  const database = await openDatabase(name, { isDurable: true });
  const clients: pg.Client[] = [];
  try {
    const app = await database.create('app', []);
    const store = await database.create('store', population(database.words, users, Date.now()));
    const plan: Plan = { title: database.title, folder, rounds, seconds: appSeconds };
    if (name === 'postgres') {
      await copyPeople(seeded.file, app.url);
      plan.postgres = { ...(await watchPostgres(app.url, clients)), url: app.url };
    }
    for (const workers of [1, 2]) {
      found.loads.push(loadNow());
      say(database, `serves the app with ${workers} workers`);
      found.series.push(...(await measureApp(plan, seeded, workers)));
    }
    const alone = { ...plan, url: store.url, users, loops, poolSize: appPool, seconds: storeSeconds };
    for (const processes of [1, 2]) {
      found.loads.push(loadNow());
      say(database, `serves the store alone in ${processes} processes`);
      found.series.push(...(await measureStore({ ...alone, processes })));
    }
    if (name === 'postgres') found.pools.push(...(await comparePools({ ...alone, processes: 1 })));
  } finally {
    for (const client of clients) await client.end();
    await database.close();
  }
}

async function comparePools(plan: StorePlan): Promise<Series[]> {
  const compared: Series[] = [];
  for (const poolSize of poolSizes) compared.push(...(await measureStore({ ...plan, loops: [64], poolSize })));
  return compared;
}

/** Opens a connection for questions about the others, and finds the server's first process. */
async function watchPostgres(url: string, clients: pg.Client[]): Promise<{ pid: number; client: pg.Client }> {
  const client = new pg.Client(url);
  await client.connect();
  clients.push(client);
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  const [pid] = readFileSync(join(rows[0]?.data_directory ?? '', 'postmaster.pid'), 'utf8').split('\n');
  return { pid: Number(pid), client };
}

function say({ title }: Database, what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${title} ${what}.`);
}
