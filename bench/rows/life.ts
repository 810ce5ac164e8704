/** W7: the time until a built app answers, and the memory that it keeps. */
import { drive, signedIn } from '../drive/drive.ts';
import type { Work } from '../drive/talk.ts';
import { residentMb, start } from '../processes.ts';
import { ratio, spread } from '../report/ratios.ts';
import { alternate, checked, type Rounds } from '../rounds.ts';
import type { Seed } from '../seed.ts';
import type { ServerId } from '../servers.ts';
import { type Context, type Line, type Row, short, withSpread } from './row.ts';

const ids: readonly ServerId[] = ['floor-edge', 'latchkey'];
const requests = 200_000;
const samples = 20;
const connections = 16;
/**
 * Kinds of requests: of twenty, eighteen are reads, one is a page, one a refresh. So tokens change all the time, as in
 * real use.
 */
const mix: Work[] = [...Array<Work>(18).fill('read'), 'page', 'refresh'];
const flatMb = 10;

export const lifeRow: Row = {
  id: 'W7',
  title: 'Starting, and memory after 200,000 requests',
  how: 'Start: from spawning the process to its first answered page (/login), both cores. Memory: resident set of the process after each 10,000 of 200,000 requests over 16 connections, of which 5 % are pages and 5 % refreshes.',
  servers: ids,
  rounds: 7,
  seconds: 0,
  async run(context) {
    const chosen = ids.filter((id) => context.ids.includes(id));
    const started = await alternate(
      chosen.map((name) => ({ name, measure: () => startOnce(name, context.seed) })),
      context.rounds,
    );
    // Both servers at once: their speed does not matter here.
    const measured = await Promise.all(chosen.map(async (id) => [id, await memoryOf(id, context)] as const));
    const memory = Object.fromEntries(measured);
    const rounds: Rounds = { ...started, values: { ...started.values, ...asRounds(memory) } };
    return { rounds, lines: [...startLine(started), ...memoryLines(memory)] };
  },
};

async function startOnce(id: ServerId, seed: Seed): Promise<Record<string, number>> {
  const server = await start(id, { seed, onAllCores: true });
  await server.stop();
  return { startMs: server.startMs };
}

async function memoryOf(id: ServerId, { seed }: Context): Promise<number[]> {
  const server = await start(id, { seed, onAllCores: true });
  const { base, dialect } = server;
  const people = seed.people.slice(0, connections);
  const resident: number[] = [];
  try {
    let sessions = await signedIn({ base, dialect, people });
    for (let sample = 0; sample < samples; sample++) {
      const until = { requests: requests / samples };
      const held = sessions;
      ({ sessions } = await checked(id, () =>
        drive({ base, dialect, works: mix, people, sessions: held, until }, 'any'),
      ));
      resident.push(residentMb(server.pid));
    }
    return resident;
  } finally {
    await server.stop();
  }
}

function asRounds(memory: Record<string, number[]>): Rounds['values'] {
  return Object.fromEntries(
    Object.entries(memory).map(([id, values]) => [`${id} memory`, values.map((residentMb) => ({ residentMb }))]),
  );
}

function startLine(rounds: Rounds): Line[] {
  const [ours, theirs] = ['latchkey', 'floor-edge'].map((who) => ({ who, metric: 'startMs' }));
  const found = ours && theirs && ratio(rounds, ours, theirs);
  const at = (id: string) => (rounds.values[id] ?? []).map(({ startMs }) => startMs ?? Number.NaN);
  if (!found) return [];
  const [mine, floors] = [spread(at('latchkey')).median, spread(at('floor-edge')).median];
  return [
    {
      compared: 'the floor’s start',
      target: '≤ 1.15 × floor + 300 ms',
      result: withSpread(found),
      byCpu: '',
      isMet: mine <= 1.15 * floors + 300,
      ours: `${short(mine)} ms`,
      theirs: `${short(floors)} ms`,
    },
  ];
}

function memoryLines({ latchkey: ours, 'floor-edge': floors }: Record<string, number[]>): Line[] {
  if (!ours || !floors) return [];
  const late = (values: number[]) => spread(values.slice(-samples / 4)).median;
  const before = (values: number[]) => spread(values.slice(-samples / 2, -samples / 4)).median;
  const growth = (values: number[]) => late(values) - before(values);
  const more = late(ours) - late(floors);
  const megabytes = (value: number) => `${short(value)} MB`;
  return [
    {
      compared: 'the floor’s memory at the end',
      target: '≤ floor + 60 MB',
      result: `${more > 0 ? '+' : ''}${megabytes(more)}`,
      byCpu: '',
      isMet: more <= 60,
      ours: megabytes(late(ours)),
      theirs: megabytes(late(floors)),
    },
    {
      compared: 'growth from the third quarter to the fourth',
      target: `≤ ${flatMb} MB`,
      result: megabytes(growth(ours)),
      byCpu: '',
      isMet: growth(ours) <= flatMb,
      ours: megabytes(growth(ours)),
      theirs: megabytes(growth(floors)),
    },
  ];
}
