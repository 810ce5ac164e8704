import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export interface Child {
  /** Tells the process to go on, and waits until it has ended well. */
  finish(): Promise<void>;
}

/** Starts a script of this folder in a process of its own; resolves when that says it is there. */
export async function start(script: string, ...args: string[]): Promise<Child> {
  const child = fork(new URL(script, import.meta.url), args, { execArgv: [] });
  await Promise.race([once(child, 'message'), failure(child)]);
  const exit = once(child, 'exit');
  return {
    async finish() {
      child.send('go');
      const [code] = await exit;
      if (code !== 0) throw new Error(`${script} ended with ${code}.`);
    },
  };
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The process ended at once, with ${code}.`);
}
