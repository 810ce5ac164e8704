/**
 * `npm run bench:growth`: measures whether the app is as fast with a million people as with ten thousand, whether the
 * purge keeps up, and where the app and its database saturate.
 */
import { parseArgs } from 'node:util';
import { machine } from '../machine.ts';
import { openPopulation } from './app-on.ts';
import { type Database, type DatabaseName, databaseNames, openDatabase, type Place } from './databases.ts';
import { measureFlatness } from './flatness.ts';
import type { Population } from './operations.ts';
import { measurePurge } from './purge.ts';
import { type Outcome, print, writeReport } from './report.ts';
import { measureSaturation } from './saturation.ts';
import { printSaturation, writeSaturation } from './saturation-report.ts';
import { overdueOf, population, sessionsEach } from './seed.ts';

const everySize = [10_000, 100_000, 1_000_000];
const rounds = 30;
const saturationRounds = 2;
const parts = ['people', 'saturation'] as const;
const usage = `npm run bench:growth -- [--only ${parts.join('|')}] [--users ${everySize}] [--databases ${databaseNames}]
With --users, which is about the people's part alone, or --databases nothing is written.`;

const { only, sizes, names, isWritten } = optionsOrUsage();
if (only !== 'saturation') await measurePeople();
if (only !== 'people') {
  const found = await measureSaturation(names, saturationRounds);
  printSaturation(found);
  if (isWritten) writeSaturation(found);
}

async function measurePeople(): Promise<void> {
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
    if (isWritten) writeReport(outcomes, machine());
  } finally {
    for (const database of opened) await database.close();
  }
}

interface Options {
  only: string | undefined;
  sizes: number[];
  names: DatabaseName[];
  isWritten: boolean;
}

function optionsOrUsage(): Options {
  try {
    const option = { type: 'string' } as const;
    const { values } = parseArgs({ options: { only: option, users: option, databases: option } });
    const { users, databases, only = users === undefined ? undefined : 'people' } = values;
    if (only !== undefined && !parts.some((part) => part === only)) throw new Error(`--only: ${parts.join(' or ')}.`);
    const sizes = users?.split(',').map(Number) ?? everySize;
    if (!sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 10_000_000))
      throw new Error('--users: whole numbers up to 10,000,000, the smallest first.');
    const named = databases?.split(',') ?? databaseNames;
    return {
      only,
      sizes,
      names: databaseNames.filter((name) => named.includes(name)),
      isWritten: users === undefined && databases === undefined,
    };
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
    for (const { users, place } of places) populations.push(await openPopulation(place.url, users));
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
