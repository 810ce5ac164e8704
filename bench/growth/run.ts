/**
 * `npm run bench:growth`: measures whether the app is as fast with a million people as with ten thousand, and whether
 * the purge keeps up.
 */
import { parseArgs } from 'node:util';
import { parseServerSettings } from '../../lib/core/settings.ts';
import { createContainer } from '../../lib/server/runtime/container.ts';
import { testEnvironment } from '../../tests/support/environment.ts';
import { machine } from '../machine.ts';
import { type Database, type DatabaseName, databaseNames, openDatabase, type Place } from './databases.ts';
import { measureFlatness } from './flatness.ts';
import type { Population } from './operations.ts';
import { measurePurge } from './purge.ts';
import { type Outcome, print, writeReport } from './report.ts';
import { overdueOf, population, sessionsEach } from './seed.ts';

const everySize = [10_000, 100_000, 1_000_000];
const rounds = 30;
const usage = `npm run bench:growth -- [--users ${everySize}] [--databases ${databaseNames}]
With either nothing is written.`;

const { sizes, names } = optionsOrUsage();
const opened: Database[] = [];
try {
  for (const name of names) opened.push(await openDatabase(name));
  const filled = await Promise.all(opened.map((database) => fillAll(database)));
  const outcomes: Outcome[] = [];
  for (const one of filled) {
    const outcome = await measure(one);
    print(outcome);
    outcomes.push(outcome);
  }
  if (process.argv.length === 2) writeReport(outcomes, machine());
} finally {
  for (const database of opened) await database.close();
}

function optionsOrUsage(): { sizes: number[]; names: DatabaseName[] } {
  try {
    const { values } = parseArgs({ options: { users: { type: 'string' }, databases: { type: 'string' } } });
    const sizes = values.users?.split(',').map(Number) ?? everySize;
    if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 10_000_000))
      throw new Error('--users: whole numbers up to 10,000,000, the smallest first.');
    const named = values.databases?.split(',') ?? databaseNames;
    return { sizes, names: databaseNames.filter((name) => named.includes(name)) };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return process.exit(2);
  }
}

interface Filled {
  database: Database;
  places: { users: number; place: Place }[];
}

async function fillAll(database: Database): Promise<Filled> {
  const places: Filled['places'] = [];
  for (const users of sizes) {
    const place = await database.create(`users_${users}`, population(database.words, users, Date.now()));
    places.push({ users, place });
    say(database, `has ${users.toLocaleString('en')} people`);
  }
  return { database, places };
}

async function measure({ database, places }: Filled): Promise<Outcome> {
  const populations: Population[] = [];
  try {
    for (const { users, place } of places) populations.push({ users, deps: await appOn(place.url) });
    await database.warm();
    say(database, 'is measured');
    const { flatness, loads } = await measureFlatness(populations, rounds);
    const [largest, place] = [populations.at(-1), places.at(-1)?.place];
    if (!largest || !place) throw new Error('--users: at least one size.');
    const { users } = largest;
    const bytesPerSession = (await place.sessionBytes()) / (users * sessionsEach + overdueOf(users));
    say(database, 'is purged');
    return { title: database.title, flatness, loads, bytesPerSession, purged: await measurePurge(largest) };
  } finally {
    for (const { deps } of populations) await deps.store.close();
  }
}

function say({ title }: Database, what: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${title} ${what}.`);
}

/** Makes the container of `npm start`, in this process. */
async function appOn(url: string) {
  const parsed = parseServerSettings(testEnvironment({ DATABASE_URL: url }));
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return createContainer(parsed.settings);
}
