/** Every way to start, where the database is away or cannot be used at all, and stopping through npm. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { memoryFolder } from '#tests/support/folders.ts';
import { startPostgres } from '#tests/support/postgres-server.ts';
import { freePort } from '#tests/support/server.ts';

const ways: [name: string, words: string[], settings: Record<string, string>][] = [
  ['one worker', ['scripts/start.ts'], { LATCHKEY_WORKERS: '1' }],
  ['two workers', ['scripts/start.ts'], { LATCHKEY_WORKERS: '2' }],
  ['`next start`', ['node_modules/next/dist/bin/next', 'start'], {}],
];

interface Started {
  child: ChildProcess;
  output: string[];
  /** Resolves with its exit code, or with the signal that it died of. */
  ended: Promise<number | string>;
  /** Resolves at the first line that contains `sign`. */
  says(sign: string): Promise<void>;
}

function start(command: string, words: string[], settings: Record<string, string>): Started {
  const child = spawn(command, words, {
    env: { ...process.env, NODE_ENV: 'production', ...testEnvironment(settings) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => output.push(line));
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  const says = (sign: string) =>
    expect.poll(() => output.some((line) => line.includes(sign)), { message: sign, timeout: 30_000 }).toBe(true);
  return { child, output, ended, says };
}

const startNode = (words: string[], settings: Record<string, string>) => start(process.execPath, words, settings);
const nowhere = async () => `postgres://ada:hunter2@127.0.0.1:${await freePort()}/app?password=hunter2`;

test('a signal at whatever moment of a start ends it', async () => {
  const moments = [250, 300, 350, 400, 500];
  const folder = memoryFolder('start');
  for (const workers of ['1', '2']) {
    for (const moment of moments) {
      const settings = { PORT: '0', LATCHKEY_WORKERS: workers, DATABASE_URL: `file:${folder}/latchkey.db` };
      const { child, ended } = startNode(['scripts/start.ts'], settings);
      setTimeout(() => child.kill('SIGTERM'), moment);
      // Before the script has begun, the system ends the process by itself.
      expect([0, 'SIGTERM'], `${moment} ms, ${workers}`).toContain(await ended);
    }
  }
  rmSync(folder, { recursive: true });
});

for (const [name, words, settings] of ways) {
  test(`${name}: a database that stays away ends the start with 1 and one sentence`, async () => {
    const place = { PORT: String(await freePort()), DATABASE_URL: await nowhere(), DATABASE_START_SECONDS: '0' };
    const { ended, output } = startNode(words, { ...settings, ...place });
    expect(await ended).toBe(1);
    expect(output.filter((line) => line.includes('DATABASE_URL'))).toEqual([
      expect.stringMatching(/^The database that DATABASE_URL names .* did not answer within 0 s .*: ECONNREFUSED\.$/),
    ]);
    expect(output.join('\n')).not.toMatch(/hunter2|Latchkey is ready|\n +at /);
  });

  test(`${name}: a start that waits for its database can be stopped`, async () => {
    const place = { PORT: String(await freePort()), DATABASE_URL: await nowhere() };
    const { child, ended, output, says } = startNode(words, { ...settings, ...place });
    await says('does not answer (ECONNREFUSED). Trying for another');
    const asked = performance.now();
    child.kill('SIGTERM');
    expect(await ended).toBe(name === '`next start`' ? 143 : 0);
    expect(performance.now() - asked).toBeLessThan(5000);
    expect(output.join('\n')).not.toMatch(/hunter2|Latchkey is ready/);
  });

  test(`${name}: a file whose folder cannot be made ends the start at once`, async () => {
    // Node itself never comes back from making a folder below /proc.
    const place = { PORT: String(await freePort()), DATABASE_URL: 'file:/proc/nothing/x.db' };
    const { ended, output } = startNode(words, { ...settings, ...place });
    expect(await ended).toBe(1);
    expect(output.join('\n')).toMatch(
      /^The database that DATABASE_URL names \(\/proc\/nothing\/x\.db\) cannot be used: /m,
    );
    expect(output.join('\n')).not.toMatch(/Latchkey is ready|\n +at /);
  });
}

for (const workers of ['1', '2']) {
  test(`a database that comes late is waited for by ${workers}, and ready means that pages are answered`, async () => {
    const [port, late] = [await freePort(), await freePort()];
    const { child, ended, output, says } = startNode(['scripts/start.ts'], {
      PORT: String(port),
      DATABASE_URL: `postgres://tests@127.0.0.1:${late}/postgres`,
      LATCHKEY_WORKERS: workers,
    });
    await says('does not answer (ECONNREFUSED)');
    expect(output.join('\n')).not.toContain('Latchkey is ready');
    const database = await startPostgres();
    const { port: real } = new URL(database.urlOf('postgres'));
    const relay = createServer((socket) => {
      const on = connect(Number(real), '127.0.0.1');
      for (const one of [socket, on]) one.on('error', () => {});
      socket.pipe(on).pipe(socket);
    }).listen(late);
    await says('Latchkey is ready');
    expect((await fetch(`http://localhost:${port}/login`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    relay.close();
    await database.stop();
  });
}

for (const shell of ['sh', 'bash']) {
  test(`npm start by ${shell}: a SIGTERM to npm reaches the app, which finishes what is under way`, async () => {
    const port = await freePort();
    const folder = memoryFolder('start');
    const { child, ended, says } = start('npm', ['start', `--script-shell=${shell}`], {
      PORT: String(port),
      DATABASE_URL: `file:${folder}/test.db`,
      LATCHKEY_WORKERS: '2',
    });
    await says('Latchkey is ready');
    const socket = connect(port, '127.0.0.1');
    const answered = once(socket, 'end');
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    const body = '{"email":"nobody@example.org","password":"some words"}';
    const head = `POST /api/auth/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
    socket.write(`${head}\r\nExpect: 100-continue\r\n\r\n`);
    // Now the app has the request.
    await expect.poll(() => answer).toContain('100 Continue');
    child.kill('SIGTERM');
    const asked = performance.now();
    const isOpen = () =>
      fetch(`http://localhost:${port}/api/live`).then(
        () => true,
        () => false,
      );
    await expect.poll(isOpen).toBe(false);
    socket.write(body);
    await answered;
    expect(answer).toContain('HTTP/1.1 401');
    expect(await ended).toBe(0);
    // Nothing that is idle is waited for.
    expect(performance.now() - asked).toBeLessThan(8000);
    rmSync(folder, { recursive: true });
  });
}
