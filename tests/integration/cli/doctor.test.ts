/** The doctor against the built app behind a proxy that ends TLS, as it should be and set up in every wrong way. */
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import Database from 'better-sqlite3';
import { generate } from 'selfsigned';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '#db/index.ts';
import { landing } from '#lib/core/routes.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { runLatchkey } from '#tests/support/latchkey.ts';
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';
import { latchkey } from '#tests/support/terminal.ts';
import { type Meddling, startTlsProxy } from '#tests/support/tls-proxy.ts';

const publiclyTrusted = getCACertificates('default');
const folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
let server: RunningServer;
/** Where the app is to be found from outside. */
let url = '';
let settings: Record<string, string> = {};

beforeAll(async () => {
  url = `https://localhost:${await freePort()}`;
  settings = {
    APP_URL: url,
    TRUSTED_PROXY_HOPS: '1',
    DATABASE_URL: `file:${join(folder, 'test.db')}`,
    RATE_LIMITS: 'on',
    LIMIT_LOGIN_PER_ADDRESS: '10000/60',
    LOG_LEVEL: 'info',
  };
  server = await startServer(settings);
}, 180_000);
afterAll(async () => {
  setDefaultCACertificates(publiclyTrusted);
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Runs the doctor with changed settings; `words` stand after its name. */
function runDoctor(changes: Record<string, string> = {}, words: string[] = []) {
  return latchkey(['doctor', ...words], { environment: testEnvironment({ ...settings, ...changes }) });
}

/** Runs the doctor on the app through a proxy, whose certificate is trusted. `port` is the app's, past the proxy. */
async function doctor(
  meddling: Meddling = {},
  changes: Record<string, string> = {},
  { port = server.port, isTrusted = true } = {},
) {
  const proxy = await startTlsProxy(Number(new URL(url).port), port, meddling);
  setDefaultCACertificates(isTrusted ? [...publiclyTrusted, proxy.certificate] : publiclyTrusted);
  return runDoctor(changes).finally(proxy.stop);
}

test('of a good deployment it has nothing to say, shows no secret, mails nobody, and leaves nobody behind', async () => {
  const proxy = await startTlsProxy(Number(new URL(url).port), server.port);
  // Of another name than the proxy's: a certificate is found among those that are trusted by its name.
  const names = ['commonName', 'organizationName'].map((name) => ({ name, value: 'localhost' }));
  const { private: key, cert } = await generate(names);
  const smtp = new SMTPServer({
    secure: true,
    key,
    cert,
    onAuth: (_auth, _session, done) => done(null, { user: 'ada' }),
  });
  const smtpPort = await freePort();
  smtp.on('error', () => {});
  await once(smtp.listen(smtpPort), 'listening');
  const NODE_EXTRA_CA_CERTS = join(folder, 'certificates.pem');
  writeFileSync(NODE_EXTRA_CA_CERTS, `${proxy.certificate}\n${cert}`);
  const mail = { SMTP_URL: `smtps://ada:hunter2@localhost:${smtpPort}`, MAIL_FROM: 'sign-in@example.org' };
  const asProcess = runLatchkey(['doctor'], '', { ...settings, ...mail, NODE_EXTRA_CA_CERTS });
  const { code, output } = await asProcess.finally(proxy.stop);
  await new Promise<void>((resolve) => smtp.close(() => resolve()));
  expect(output).not.toMatch(/^(FAIL|warn)/m);
  expect(code).toBe(0);
  expect(output.match(/^ok/gm)?.length).toBeGreaterThan(18);
  const { AUTH_SECRET, SESSION_SECRET, ACCESS_TOKEN_KEYS } = testEnvironment();
  for (const secret of [AUTH_SECRET, SESSION_SECRET, JSON.parse(ACCESS_TOKEN_KEYS).keys[0].d])
    expect(output).not.toContain(secret);
  expect(output).not.toMatch(/eyJ|Fe26|v1\.|doctor-[\da-f]{8}|hunter2/);
  const database = new Database(server.databaseUrl.slice('file:'.length), { readonly: true });
  // The app there mails people: had it told the made-up one of a new device, the mail would have outlived them.
  expect(server.output.join('\n')).toContain(`mails are read at ${url}/outbox`);
  const left = ['users', 'sessions', 'events', 'mails'].map((table) =>
    database.prepare(`SELECT count(*) FROM ${table}`).pluck().get(),
  );
  database.close();
  expect(left).toEqual([0, 0, 0, 0]);
});

type Pairs = [string, string][];
const without = (name: string) => (headers: Pairs) => headers.filter(([one]) => one.toLowerCase() !== name);
const changed = (name: string, change: (value: string) => string) => (headers: Pairs) =>
  headers.map(([one, value]): [string, string] => [one, one.toLowerCase() === name ? change(value) : value]);

const broken: [name: string, meddling: Meddling, says: RegExp][] = [
  [
    'drops Set-Cookie',
    { answer: without('set-cookie') },
    /^FAIL +a proxy changes Set-Cookie: __Host-latchkey-refresh does not arrive/m,
  ],
  [
    'strips Secure',
    { answer: changed('set-cookie', (line) => line.replace('; Secure', '')) },
    /^FAIL +.*lost its flag secure/m,
  ],
  [
    'adds a domain',
    { answer: changed('set-cookie', (line) => `${line}; Domain=example.org`) },
    /^FAIL +.*got a domain/m,
  ],
  ['caches', { isCaching: true }, /^FAIL +a cache keeps pages[\s\S]*^FAIL +a cache keeps answers/m],
  ['drops Cache-Control', { answer: without('cache-control') }, /^FAIL +a proxy drops Cache-Control/m],
  ['drops HSTS', { answer: without('strict-transport-security') }, /^FAIL +a proxy drops Strict-Transport-Security/m],
  ['drops the policy', { answer: without('content-security-policy') }, /^FAIL +a proxy drops Content-Security-Policy/m],
  [
    'rewrites redirects',
    { answer: changed('location', (to) => to.replace('https:', 'http:').replace(/^\//, 'http://internal/')) },
    new RegExp(`^FAIL +${landing} answers 303 http:.* does a proxy rewrite redirects`, 'm'),
  ],
  ['drops Authorization', { request: ({ authorization, ...rest }) => rest }, /^FAIL +a proxy drops Authorization/m],
  ['drops Origin', { request: ({ origin, ...rest }) => rest }, /^FAIL +a sign-in from another origin is not refused/m],
  ['drops cookies', { request: ({ cookie, ...rest }) => rest }, /^FAIL +a proxy drops Cookie: /m],
  [
    'stands on a machine whose clock is off',
    { answer: changed('date', (date) => new Date(Date.parse(date) - 3_600_000).toUTCString()) },
    /^FAIL +its clock is 36\d\d s from this one: set both by NTP/m,
  ],
];

test.each(broken)('a proxy that %s is found out, with what to do', async (_name, meddling, says) => {
  const { code, output } = await doctor(meddling);
  expect(output).toMatch(says);
  expect(code).toBe(1);
});

describe('the number of trusted proxies', () => {
  /** As nginx's proxy_add_x_forwarded_for does it. */
  const appending: Meddling = {
    request: ({ 'x-as-it-came': before, 'x-forwarded-for': socket, ...rest }) => ({
      ...rest,
      'x-forwarded-for': before ? `${before}, ${socket}` : String(socket),
    }),
  };

  test('that is right is no finding, though a client lies', async () => {
    const { code, output } = await doctor(appending);
    expect([code, output]).toEqual([0, expect.stringMatching(/^ok +the app sees this machine as 127\.0\.0\.1$/m)]);
  });

  test('that is too high is a fault: a client could choose its address', async () => {
    const other = await startServer({ ...settings, TRUSTED_PROXY_HOPS: '2' });
    const { code, output } = await doctor(appending, {}, other).finally(other.stop);
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^FAIL +TRUSTED_PROXY_HOPS is too high .*Lower it, or close this way$/m),
    ]);
  });

  test('that is none is a warning over https', async () => {
    const { code, output } = await doctor({}, { TRUSTED_PROXY_HOPS: '0' });
    expect([code, output]).toEqual([0, expect.stringMatching(/^warn +TRUSTED_PROXY_HOPS is 0: behind a proxy/m)]);
  });
});

describe('where the app is not what the settings say', () => {
  test('another public address is named', async () => {
    const { code, output } = await doctor({}, { APP_URL: 'https://app.example.org' });
    // That address is nowhere, so it is asked past its name.
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^FAIL +https:\/\/app\.example\.org cannot be reached: /m),
    ]);
    const direct = await runDoctor({ APP_URL: 'https://app.example.org' }, [`http://localhost:${server.port}`]);
    expect([direct.code, direct.output]).toEqual([
      1,
      expect.stringMatching(/^FAIL +APP_URL is https:\/\/app\.example\.org here and https:\/\/localhost:\d+ there: /m),
    ]);
  });

  test('a way past the proxy is named: there a client could choose its address', async () => {
    const { code, output } = await runDoctor({}, [`http://localhost:${server.port}/`]);
    expect(output.match(/^FAIL.*$/gm)).toEqual([
      expect.stringMatching(/TRUSTED_PROXY_HOPS is too high .*close this way$/),
    ]);
    expect(code).toBe(1);
  });

  test('another database is named, other keys and cookie names are, and a certificate that nobody trusts', async () => {
    const other = `file:${join(folder, 'other.db')}`;
    await migrate(other);
    const elsewhere = await doctor({}, { DATABASE_URL: other });
    expect([elsewhere.code, elsewhere.output]).toEqual([
      1,
      expect.stringMatching(/^FAIL +signing in answers 401: is DATABASE_URL the database of the app there\?$/m),
    ]);
    const { kid, ...key } = JSON.parse(testEnvironment().ACCESS_TOKEN_KEYS).keys[0];
    const ACCESS_TOKEN_KEYS = JSON.stringify({ keys: [{ ...key, kid: `${kid}-newer` }] });
    const { output } = await doctor({}, { ACCESS_TOKEN_KEYS });
    expect(output).toMatch(/^warn +it has other access keys than these settings: restart it$/m);
    const renamed = await doctor({}, { COOKIE_NAME: 'other' });
    expect([renamed.code, renamed.output]).toEqual([
      0,
      expect.stringMatching(/^warn +it names its cookies otherwise than these settings/m),
    ]);
    const distrusted = await doctor({}, {}, { isTrusted: false });
    expect([distrusted.code, distrusted.output]).toEqual([
      1,
      expect.stringMatching(/cannot be reached: browsers will not trust its certificate \([A-Z_]*CERT[A-Z_]*\)$/m),
    ]);
  });
});

describe('a database', () => {
  test('that is not there is named, and not made', async () => {
    const file = join(folder, 'nowhere', 'x.db');
    const { code, output } = await doctor({}, { DATABASE_URL: `file:${file}` });
    expect([code, output]).toEqual([
      1,
      expect.stringMatching(/^FAIL +The database is away or not migrated\. .*npm run migrate/m),
    ]);
    expect(existsSync(file)).toBe(false);
  });

  test('that is not migrated is named, and stays as it is', async () => {
    const file = join(folder, 'old.db');
    new Database(file).exec('CREATE TABLE something (id INTEGER)').close();
    chmodSync(file, 0o600);
    const { code, output } = await doctor({}, { DATABASE_URL: `file:${file}` });
    expect([code, output]).toEqual([1, expect.stringMatching(/^FAIL +The database is away or not migrated/m)]);
    const database = new Database(file, { readonly: true });
    expect(database.prepare('SELECT name FROM sqlite_master').pluck().all()).toEqual(['something']);
    database.close();
  });

  test('that others can read, or that cannot be written, is named', async () => {
    const file = join(folder, 'shared.db');
    await migrate(`file:${file}`);
    chmodSync(file, 0o644);
    // Nothing writes in it while this is open: every try meets a lock.
    const holder = new Database(file);
    holder.exec('BEGIN IMMEDIATE');
    const { code, output } = await doctor({}, { DATABASE_URL: `file:${file}` });
    holder.close();
    expect(output).toMatch(/^FAIL +.*shared\.db can be read by others: chmod 600 /m);
    expect(output).toMatch(/^FAIL +it cannot be written: /m);
    expect(code).toBe(1);
  });
});
