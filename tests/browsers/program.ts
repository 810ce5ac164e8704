import { spawn } from 'node:child_process';

export interface Program {
  /** The first group of the sign, in what the program wrote. */
  said: string;
  stop(): Promise<void>;
}

interface Options {
  /** Shows that it is ready. Without one, it counts as ready once it runs. */
  sign?: RegExp;
  env?: Record<string, string>;
}

/** Starts a program, and resolves when it is ready. Rejects with what it wrote if it ends before. */
export function startProgram(command: string, words: string[], { sign, env = {} }: Options = {}): Promise<Program> {
  const child = spawn(command, words, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
  };
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const [, said] = sign?.exec(output) ?? [];
      if (said !== undefined) resolve({ said, stop });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    if (!sign) child.once('spawn', () => resolve({ said: '', stop }));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ended with ${code}:\n${output}`)));
  });
}
