/** The built app as its own process: production mode, a database of its own, a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { testEnvironment } from './environment.ts';

export interface RunningServer {
  url: string;
  port: number;
  databaseUrl: string;
  /** What it has printed so far. */
  output: string[];
  /** With `SIGKILL` as a crash would: nothing is finished. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** Starts `npm start`'s own script with settings for tests, of a copy too; resolves when it says that it is ready. */
export function startServer(settings: Record<string, string> = {}, app = '.'): Promise<RunningServer> {
  return start([join(app, 'scripts/start.ts')], 'Latchkey is ready', settings);
}

/** The same by `next start`, without our own server in front. */
export function startNext(settings: Record<string, string> = {}): Promise<RunningServer> {
  return start(['node_modules/next/dist/bin/next', 'start'], 'Ready in', settings);
}

async function start(words: string[], sign: string, settings: Record<string, string>): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-server-'));
  const port = Number(settings.PORT ?? (await freePort()));
  const url = `http://localhost:${port}`;
  const databaseUrl = settings.DATABASE_URL ?? `file:${join(folder, 'test.db')}`;
  const environment = testEnvironment({
    PORT: String(port),
    APP_URL: url,
    DATABASE_URL: databaseUrl,
    RATE_LIMITS: 'off',
    // One process, which a SIGKILL ends at once.
    LATCHKEY_WORKERS: '1',
    ...settings,
  });
  const child = spawn(process.execPath, words, {
    env: { ...process.env, NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  await ready(child, { output, sign });
  return {
    url,
    port,
    databaseUrl,
    output,
    async stop(signal = 'SIGTERM') {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // One that has ended by itself ends no more.
      if (child.exitCode === null && child.signalCode === null && child.kill(signal)) await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves once the server says `sign`. Rejects with what it said if it ends, or says nothing of the kind for 40 s. */
function ready(child: ChildProcess, { output, sign }: { output: string[]; sign: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`The server ${what}:\n${output.join('\n')}`));
    const late = setTimeout(() => {
      fail('is not ready');
      child.kill('SIGKILL');
    }, 40_000);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface({ input: stream }).on('line', (line) => {
        output.push(line);
        if (!line.includes(sign)) return;
        clearTimeout(late);
        resolve();
      });
    }
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${code}`);
    });
  });
}

// Below those that systems give to whoever asks for any, so that nobody else is given one before it is listened on, or in
// a restart. Each process begins somewhere else.
let nextPort = randomInt(20_000, 32_000);

/** A port that nobody listens on, and that nobody else is told of. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = nextPort++;
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, () => probe.close(() => resolve(true)));
  });
}
