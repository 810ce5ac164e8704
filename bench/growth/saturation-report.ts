/** Writes the section of GROWTH.md about saturation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { spread } from '../report/ratios.ts';
import { short, withSpread } from '../rows/row.ts';
import { knee, limit, peak, saturated } from './limits.ts';
import { table } from './report.ts';
import type { Saturation } from './saturation.ts';
import type { Series, Step } from './series.ts';

export function printSaturation(found: Saturation): void {
  console.log(`\n${tables(found).join('\n\n')}\n`);
}

/** Puts the section into GROWTH.md, in place of the one that is there, and leaves the rest of the page as it is. */
export function writeSaturation(found: Saturation): void {
  const path = fileURLToPath(new URL('../GROWTH.md', import.meta.url));
  const page = readFileSync(path, 'utf8');
  const rest = page.replace(/^## Where it saturates\n[\s\S]*?(?=^## )/m, '');
  writeFileSync(
    path,
    rest.replace(/^## Where$/m, () => `${section(found)}\n## Where`),
  );
}

/** Load from which other programs must have had a part of the machine, and what that means for the numbers. */
const ownLoad = 3;
const disturbed = `
Other programs had a part of the two cores: the rates are too low, and only their order of magnitude can be relied on.`;

function section(found: Saturation): string {
  const [headroom, stores, app, pools] = tables(found);
  const load = spread(found.loads);
  return `## Where it saturates

Made by \`npm run bench:growth -- --only saturation\` on ${new Date().toISOString().slice(0, 10)}. The load before a series was
${withSpread(load)}.${load.median > ownLoad ? disturbed : ''}

The first table compares the highest rates of the app, with one worker and with two, with what the database gives where nothing but
the store asks it: the statements of a read or a refresh, without HTTP, tokens and JSON. The last column has the number of workers that
this would feed, by the rate of one. It is a lower bound: the processes that ask have the same two cores as PostgreSQL, and SQLite is in
them. Commits wait for the disk on both: this PostgreSQL has \`fsync=on\`.

${headroom}

**The store alone.** Operations at once, in one process and in two. A process of PostgreSQL's has a pool of ${found.poolSize}.

${stores}

**The app,** by HTTP. The driver and PostgreSQL have the same two cores as the workers. Each connection sends its next request when
the one before is answered.

${app}

In both tables "saturated" is the first step with ${saturated * 100} % of the highest rate: from there more connections bring hardly more
answers, but wait longer. What follows is of the last step, where it is plainest what is at its end. "Cores" are those that the workers,
PostgreSQL and the driver use. "Thread" is the share of its time in which a main thread runs, waits for a core, and waits for the disk.
"Writes a sync" is how many rows share a commit of SQLite's, or a sync of the disk below PostgreSQL. "In a statement" is how many of
PostgreSQL's connections work at a moment, and how many of those wait for the disk. "At its end" is concluded from these numbers
(\`bench/growth/limits.ts\`).

**The pool.** One process, 64 operations at once, on pools of several sizes:

${pools}

This disk kept 4 KB ${short(found.syncsPerSecond)} times a second, one after the other (\`bench/growth/syncs.ts\`). A slower one lowers the
rates of refreshes at few connections, and less those at many, since more writes then share a sync.

${advice}`;
}

const advice = `### What an operator does

1. **The app's cores** are what ends first here, with either database. Run as many workers as the machine has cores
   (\`LATCHKEY_WORKERS\`, the default), then take a machine with more.
2. **SQLite** has one writer. The writes of a moment share a commit within a worker. Between workers, one that finds the file locked
   tries again after 5 to 25 ms, so p99 rises before the rate of refreshes stops. That rate with two processes is about the ceiling, on
   a disk as fast as this. Move to PostgreSQL when one machine has no more cores to give or must not be the only one, not for
   speed: each answer takes more processor time there.
3. **PostgreSQL** commits for many connections with one sync, so it needs some at once: the last table has the rates by their number.
   When the pool is at its end, raise \`DATABASE_POOL_SIZE\`, which the workers of an instance share, and see that
   \`max_connections\` has room for all instances ([deploy.md](../docs/deploy.md#connections)). A pool beyond what that table
   shows only moves the queue into the database. Leave \`fsync\` and \`synchronous_commit\` on: without them a crash can
   forget a refresh, and that session ends.
4. **More instances** on one PostgreSQL bring more cores for the app, until PostgreSQL's own cores or its disk are at their end. The
   first table says from about how many workers on to watch them. Then give PostgreSQL a machine of its own, and a larger one.
`;

function tables({ series, pools }: Saturation): string[] {
  const of = (asked: Series['asked']) => series.filter((one) => one.asked === asked);
  return [headroomTable(series), stepsTable(of('store')), stepsTable(of('app')), poolTable(pools)];
}

function headroomTable(series: Series[]): string {
  const alone = series.filter(({ asked, processes }) => asked === 'store' && processes === 1);
  const lines = alone.map(({ title, work }) => {
    const of = (who: Series['asked']) =>
      series.filter((one) => one.asked === who && one.title === title && one.work === work).map(peak);
    const [one = Number.NaN, two = Number.NaN] = of('app');
    const highest = Math.max(...of('store'));
    return [title, work, ...[one, two, highest].map(short), String(Math.floor(highest / one))];
  });
  return table(['database', 'work', 'one worker, /s', 'two workers, /s', 'the store alone, /s', 'workers'], lines);
}

function stepsTable(series: Series[]): string {
  const connections = series[0]?.steps.map((step) => step.connections) ?? [];
  const head = ['database', 'processes', 'work', `/s at ${connections.join(' / ')}`, ...kneeHead];
  const lines = series.map((one) => {
    const rates = one.steps.map((step) => short(step.of('perSecond'))).join(' / ');
    return [one.title, String(one.processes), one.work, rates, ...kneeCells(one)];
  });
  return table(head, lines);
}

const kneeHead = [
  'saturated at',
  'p50 / p99 ms there',
  'and at the last step',
  'cores: app, PostgreSQL, driver',
  'thread',
  'writes a sync',
  'in a statement',
  'at its end',
];

function kneeCells(series: Series): string[] {
  const step = knee(series);
  const last = series.steps.at(-1);
  if (!step || !last) return kneeHead.map(() => '');
  const { of } = last;
  return [
    String(step.connections),
    waits(step),
    waits(last),
    [of('appCores'), of('postgresCores'), of('driverCores')].map(known).join(', '),
    `${[of('running'), of('queued'), of('onDisk')].map((share) => Math.round(share * 100)).join(' + ')} %`,
    of('writes') > 0 ? known(writesASync(last)) : '',
    Number.isNaN(of('busy')) ? '' : `${known(of('busy'))}, ${known(of('syncing'))}`,
    limit(series, last),
  ];
}

const waits = ({ of }: Step) => [of('p50Ms'), of('p99Ms')].map(short).join(' / ');
const writesASync = ({ of }: Step) => of('writes') / (Number.isNaN(of('commits')) ? of('syncs') : of('commits'));
const known = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(2))) : '–');

function poolTable(pools: Series[]): string {
  const sizes = [...new Set(pools.map(({ pool }) => pool))];
  const lines = sizes.map((size) => {
    const cells = pools.filter(({ pool }) => pool === size).flatMap((series) => poolCells(series));
    return [String(size), ...cells];
  });
  const each = (work: string) => [`${work}/s`, 'p50 / p99 ms', 'at its end'];
  return table(['pool', ...each('reads'), ...each('refreshes')], lines);
}

function poolCells(series: Series): string[] {
  const [step] = series.steps;
  return step ? [short(step.of('perSecond')), waits(step), limit(series, step)] : [];
}
