/** What a worker does once its supervisor has disconnected it, as it does when the app stops. */
import { fork } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const inProject = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

test('a worker that is stopped before it can hear of it ends all the same', async () => {
  const slowly = '--import=data:text/javascript,await(new(Promise)((go)=>setTimeout(go,300)))';
  cluster.setupPrimary({ exec: inProject('scripts/worker.ts'), args: [], execArgv: [] });
  const worker = cluster.fork({ NODE_OPTIONS: slowly });
  const exit = once(worker, 'exit');
  try {
    worker.send('stop');
    worker.disconnect();
    expect(await exit).toEqual([0, null]);
  } finally {
    worker.process.kill('SIGKILL');
  }
});

describe('a scrape is given up, and its worker goes on', () => {
  function startScraper(...words: string[]) {
    const child = fork(new URL('processes/scraper.ts', import.meta.url), words, {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    const said = child.stdout ? text(child.stdout) : Promise.resolve('');
    return { child, said, exit: once(child, 'exit') };
  }

  test('where the supervisor has disconnected it before', async () => {
    const { said, exit } = startScraper('disconnected');
    expect([await said, await exit]).toEqual(['null\n', [0, null]]);
  });

  test('where the supervisor disconnects it before it has answered', async () => {
    const { child, said, exit } = startScraper();
    await once(child, 'message');
    child.disconnect();
    expect([await said, await exit]).toEqual(['null\n', [0, null]]);
  });
});
