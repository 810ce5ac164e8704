/** W6: the gain of a second worker on a second core. */
import { read, signedIn } from '../drive/drive.ts';
import { type Running, start } from '../processes.ts';
import { alternate, type Contender, checked, warmUp } from '../rounds.ts';
import { type Context, lines, type Row } from './row.ts';

const connections = 32;
const comparison = (metric: string, compared: string) => ({
  compared,
  ours: { who: 'two workers', metric },
  theirs: { who: 'one worker', metric },
  atLeast: 1.4,
  unit: '/s',
});

export const workersRow: Row = {
  id: 'W6',
  title: 'Two workers against one, on two cores',
  how: '32 connections, W1’s reads and then W5’s pages. Nothing is pinned: the driver takes its share of the same two cores, which one worker leaves free and two do not. On a machine with a core to spare for it, the ratio is higher.',
  servers: ['latchkey'],
  rounds: 9,
  seconds: 2,
  async run(context) {
    const running: Running[] = [];
    try {
      for (const workers of ['1', '2']) {
        const env = { LATCHKEY_WORKERS: workers };
        running.push(await start('latchkey', { seed: context.seed, env, onAllCores: true }));
      }
      const names = ['one worker', 'two workers'];
      const contenders = await Promise.all(running.map((server, at) => contender(server, names[at] ?? '', context)));
      const rounds = await alternate(contenders, context.rounds);
      return {
        rounds,
        lines: lines(rounds, [comparison('reads', 'one worker, reads'), comparison('pages', 'one worker, pages')]),
      };
    } finally {
      await Promise.all(running.map((server) => server.stop()));
    }
  },
};

async function contender({ base, dialect }: Running, name: string, context: Context): Promise<Contender> {
  const sessions = await signedIn({ base, dialect, people: context.seed.people.slice(0, connections) });
  const run = (work: 'read' | 'page') => (seconds: number) =>
    checked(name, () => read(work, { base, dialect, sessions, seconds }, 'any'));
  const [reads, pages] = [run('read'), run('page')];
  return {
    name,
    async warmUp() {
      await warmUp(reads, context.warmUpSeconds);
      await warmUp(pages, context.warmUpSeconds);
    },
    async measure() {
      const { perSecond } = await reads(context.seconds);
      return { reads: perSecond, pages: (await pages(context.seconds)).perSecond };
    },
  };
}
