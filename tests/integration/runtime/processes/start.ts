import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from '#tests/support/browser.ts';
import { type Answered, answered, type Sent } from './messages.ts';

export interface Instance {
  server: Server;
  /** Its clock is the database's, put forward by this much. */
  advance(seconds: number): void;
  stop(): Promise<void>;
}

/** Starts an instance with these settings; resolves when it answers. */
export async function startInstance(settings: Record<string, string>): Promise<Instance> {
  const child = fork(new URL('instance.ts', import.meta.url), [JSON.stringify(settings)], {
    // As for `npm run latchkey`: outside a server bundle `server-only` would throw.
    execArgv: ['--conditions=react-server'],
  });
  const exit = once(child, 'exit');
  const failure = exit.then(([code]) => Promise.reject(new Error(`The instance ended with ${code}.`)));
  await Promise.race([once(child, 'message'), failure]);
  const waiting = new Map<number, (answer: Answered) => void>();
  child.on('message', (message) => {
    const answer = answered.parse(message);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  let count = 0;

  return {
    async server(request) {
      count += 1;
      const id = count;
      const { url, method, headers } = request;
      const message: Sent = { id, url, method, headers: [...headers], body: request.body && (await request.text()) };
      const answer = new Promise<Answered>((resolve) => {
        waiting.set(id, resolve);
        child.send(message);
      });
      const { status, headers: pairs, body } = await Promise.race([answer, failure]);
      return new Response(body || null, { status, headers: pairs });
    },
    advance: (seconds) => child.send({ seconds }),
    async stop() {
      child.disconnect();
      await exit;
    },
  };
}
