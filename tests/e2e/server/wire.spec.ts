import { connect } from 'node:net';
import * as fc from 'fast-check';
import { expect, password, test } from '#tests/e2e/fixtures.ts';
import { announceCases, checkCases } from '#tests/fuzz/cases.ts';
import { goodWires, type Wire, written } from '#tests/fuzz/wire.ts';
import { wireChanges } from '#tests/fuzz/wire-changes.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { digestOfRows } from '#tests/support/rows.ts';

/** Whether all of an answer is there, by its own word. */
function isWhole(answer: string): boolean {
  const [head = '', ...rest] = answer.split('\r\n\r\n');
  const length = /^content-length: (\d+)$/im.exec(head)?.[1];
  return length === undefined ? /\r\n0$/.test(rest.at(-2) ?? '') : rest.join('\r\n\r\n').length >= Number(length);
}

/** What comes back. A client that has waited a while for more than it sent enough for goes away. */
function exchange(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    let answer = '';
    socket.setTimeout(200, () => socket.end());
    socket.setEncoding('latin1').on('data', (part) => {
      answer += part;
      if (isWhole(answer)) socket.destroy();
    });
    socket.on('error', () => {}).on('close', () => resolve(answer));
    socket.write(bytes, 'latin1');
  });
}

const insides = /\bat (async )?\S+ \(|[\w-]+\.[mc]?[jt]s:\d+:\d+|node_modules|SqliteError|SQLITE_|drizzle/;

test('whatever bytes come, there is no fault, no hang, no leak, no cookie and no change', async ({
  server,
  client,
  email,
}) => {
  test.setTimeout(300_000);
  // Of what the requests bring only the page session is good: whatever changes, nobody was allowed to.
  const ended = String(client.token);
  await client.authenticate('/api/auth/token', { email, password });
  const { 'latchkey-refresh': refresh = '', 'latchkey-session': session = '' } = client.cookies;
  const credentials = { access: ended, refresh: refresh.slice(0, -1), session };
  // Its first use is behind it.
  expect((await client.send('GET', '/api/me')).status).toBe(200);
  const before = digestOfRows(server.databaseUrl);
  const { AUTH_SECRET, SESSION_SECRET } = testEnvironment();
  const hidden = [AUTH_SECRET, SESSION_SECRET, credentials.refresh, credentials.session, password];

  const isKept = async (wire: Wire) => {
    const answer = await exchange(server.port, written(wire));
    const shown = `${written(wire).slice(0, 1500)}\n--\n${answer.slice(0, 1500)}`;
    // The first is ours to judge; what stands behind it may be the answer to a second request.
    const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));
    for (const status of statuses) if (status >= 500 && status !== 501) throw new Error(`A fault.\n${shown}`);
    if (/^set-cookie:/im.test(answer)) throw new Error(`A cookie.\n${shown}`);
    if (insides.test(answer) && !/^GET \/_next\/static/.test(wire.line)) throw new Error(`A look inside.\n${shown}`);
    if (hidden.some((secret) => answer.includes(secret))) throw new Error(`A secret.\n${shown}`);
    const location = /^location: (.*)$/im.exec(answer)?.[1]?.trim();
    if (location && new URL(location, server.url).origin !== server.url) throw new Error(`A way out.\n${shown}`);
  };
  await checkCases(
    fc.asyncProperty(fc.constantFrom(...goodWires(credentials)), wireChanges, (wire, changes) =>
      isKept(changes.reduce((made, change) => change.to(made), wire)),
    ),
    1200,
  );
  announceCases('requests on the wire');
  expect(digestOfRows(server.databaseUrl)).toBe(before);
  expect(server.output.filter((line) => /"event":"fault"|uncaught|unhandled|process ended/i.test(line))).toEqual([]);
  expect((await client.send('GET', '/api/health')).status).toBe(200);
});
