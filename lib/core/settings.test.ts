import { expect, test } from 'vitest';
import { testEnvironment } from '#tests/support/environment.ts';
import { hasOutboxPage, isMailOn, parseServerSettings } from './settings.ts';

const valid = testEnvironment();

function problems(changes: Record<string, string>): string[] {
  const parsed = parseServerSettings({ ...valid, ...changes });
  return parsed.ok ? [] : parsed.problems;
}

test('what is not set has the documented default', () => {
  const { AUTH_SECRET, SESSION_SECRET, ACCESS_TOKEN_KEYS } = valid;
  const parsed = parseServerSettings({ AUTH_SECRET, SESSION_SECRET, ACCESS_TOKEN_KEYS });
  expect(parsed.ok && parsed.settings).toMatchObject({
    PORT: 3000,
    APP_URL: 'http://localhost:3000',
    COOKIE_NAME: 'latchkey',
    ACCESS_TOKEN_AUDIENCE: 'http://localhost:3000',
    DATABASE_URL: 'file:./data/latchkey.db',
    ACCESS_TTL_SECONDS: 300,
    SESSION_IDLE_SECONDS: 1209600,
    SESSION_MAX_SECONDS: 7776000,
    REFRESH_GRACE_SECONDS: 10,
    BCRYPT_COST: 12,
    PASSWORD_MIN_LENGTH: 12,
    LIMIT_LOGIN_PER_ACCOUNT: { count: 10, seconds: 900 },
    RATE_LIMITS: 'on',
    OUTBOX_PAGE: 'auto',
    LIMIT_MAIL_PER_ADDRESS: { count: 5, seconds: 3600 },
    LIMIT_MAIL_PER_CLIENT: { count: 20, seconds: 3600 },
  });
  expect(parsed.ok && [parsed.settings.SMTP_URL, parsed.settings.MAIL_FROM]).toEqual([undefined, undefined]);
});

test('an APP_URL that is no URL for its length is named like any other', () => {
  expect(problems({ APP_URL: `http://${'A'.repeat(20_000)}localhost:3000` })).toEqual([
    `APP_URL must be an origin like https://app.example.org, not "http://${'A'.repeat(53)}…"`,
  ]);
});

test('every problem is named at once, and no secret is quoted', () => {
  const found = problems({
    BCRYPT_COST: '99',
    ACCESS_TTL_SECONDS: 'soon',
    AUTH_SECRET: 'short-secret',
    LIMIT_LOGIN_PER_ACCOUNT: '10',
  });
  expect(found.map((line) => line.split(' ', 1)[0]).sort()).toEqual([
    'ACCESS_TTL_SECONDS',
    'AUTH_SECRET',
    'BCRYPT_COST',
    'LIMIT_LOGIN_PER_ACCOUNT',
  ]);
  expect(found.join()).not.toContain('short-secret');
});

test.each([
  ['APP_URL', 'http://app.example.org'],
  ['APP_URL', 'https://app.example.org/path'],
  ['APP_URL', 'ftp://localhost'],
  ['APP_URL', 'not a url'],
  ['COOKIE_NAME', '__Host-mine'],
  ['COOKIE_NAME', 'a name; Path=/elsewhere'],
  ['COOKIE_NAME', 'n'.repeat(65)],
  ['AUTH_SECRET', 'a'.repeat(64)],
  ['AUTH_SECRET', 'change-me-please-0123456789-abcdefghijk'],
  ['AUTH_SECRET', `${valid.AUTH_SECRET},${valid.AUTH_SECRET}`],
  ['ACCESS_TOKEN_KEYS', '{}'],
  ['ACCESS_TOKEN_KEYS', '{"keys":[]}'],
  ['ACCESS_TOKEN_KEYS', 'not json'],
  ['ACCESS_TOKEN_KEYS', '{"keys":[{"kty":"oct","k":"AAAA","kid":"a","alg":"HS256"}]}'],
  ['DATABASE_URL', 'mysql://localhost/x'],
  ['DATABASE_URL', 'postgres://localhost'],
  ['DATABASE_URL', 'postgres://localhost/?host=/run/postgresql'],
  ['DATABASE_URL', 'postgres://ada:pass/word@db.example/latchkey'],
  ['DATABASE_URL', 'postgres://ada:password@db.example:port/latchkey'],
  ['DATABASE_URL', 'postgres://db.example/latchkey?sslmode=prefer'],
  ['DATABASE_POOL_SIZE', '0'],
  ['REFRESH_GRACE_SECONDS', '-1'],
  ['HOST', 'http://localhost'],
  ['KEEP_ALIVE_SECONDS', '0'],
  ['RATE_LIMITS', 'maybe'],
  ['MAIL_FROM', 'Latchkey <sign-in@example.org>, Eve <eve@example.net>'],
  ['OUTBOX_PAGE', 'on'],
  ['LIMIT_MAIL_PER_ADDRESS', '5'],
  ['LIMIT_MAIL_PER_CLIENT', '0/3600'],
])('%s=%s is refused', (name, value) => {
  expect(problems({ [name]: value }).map((line) => line.split(' ', 1)[0])).toEqual([name]);
});

test.each([
  'file:./data/latchkey.db',
  'file:///var/lib/latchkey.db',
  'postgres://ada:p%40ss@db.example/latchkey',
  'postgresql://[::1]:5433/latchkey?sslmode=verify-full&sslrootcert=/etc/ca.pem',
  'postgres:///latchkey?host=/run/postgresql',
])('DATABASE_URL=%s is taken as it is', (DATABASE_URL) => {
  const parsed = parseServerSettings({ ...valid, DATABASE_URL });
  expect(parsed.ok && parsed.settings.DATABASE_URL).toBe(DATABASE_URL);
});

test('a database’s URL that is refused is not quoted', () => {
  const url = 'postgres://ada:hunter2@db.example';
  for (const bad of [url, `${url}:port/x`, `${url}/x?sslmode=hunter2`, url.replace('postgres', 'mysql')])
    expect(problems({ DATABASE_URL: bad }).join()).not.toMatch(/ada|hunter2|db\.example/);
});

test('an SMTP server that is refused is not quoted, whatever is wrong with it', () => {
  const url = 'smtp://ada:hunter2@mail.example.org';
  const MAIL_FROM = 'Latchkey <sign-in@example.org>';
  const refused = [
    `${url}:port`,
    `${url}/x`,
    `${url}?tls=off`,
    `${url}?tls=hunter2`,
    `${url}#`.replace('@', '#@'),
    url.replace('hunter2', 'hunter2%'),
    url.replace('ada', ''),
    url.replace('smtp', 'https'),
    url.replace('smtp://', ''),
  ];
  for (const SMTP_URL of refused) {
    const [problem = '', ...more] = problems({ SMTP_URL, MAIL_FROM });
    expect([problem, more]).toEqual([expect.stringMatching(/^SMTP_URL (must|needs|takes) /), []]);
    expect(problem).not.toMatch(/ada|hunter2|mail\.example/);
  }
});

test('an SMTP server needs a sender, and says like which', () => {
  const SMTP_URL = 'smtps://ada:hunter2@mail.example.org';
  expect(problems({ SMTP_URL })).toEqual([
    'MAIL_FROM is missing: with SMTP_URL it is who mails come from, like Latchkey <sign-in@example.org>',
  ]);
  const parsed = parseServerSettings({ ...valid, SMTP_URL, MAIL_FROM: ' sign-in@example.org ' });
  expect(parsed.ok && parsed.settings).toMatchObject({
    SMTP_URL: { host: 'mail.example.org', port: 465, tls: 'implicit', login: { user: 'ada', password: 'hunter2' } },
    MAIL_FROM: { name: '', address: 'sign-in@example.org' },
  });
  expect(problems({ MAIL_FROM: 'sign-in@example.org' })).toEqual([]);
});

const smtp = { SMTP_URL: 'smtps://mail.example.org', MAIL_FROM: 'sign-in@example.org' };
test.each([
  [{ APP_URL: 'http://localhost:3000' }, { page: true, on: true }],
  [{ APP_URL: 'https://localhost' }, { page: true, on: true }],
  [{ APP_URL: 'http://127.0.0.1:3000' }, { page: true, on: true }],
  [{ APP_URL: 'http://[::1]:3000' }, { page: true, on: true }],
  [{ APP_URL: 'http://app.localhost:3000' }, { page: true, on: true }],
  [
    { APP_URL: 'http://localhost:3000', OUTBOX_PAGE: 'off' },
    { page: false, on: false },
  ],
  [
    { APP_URL: 'http://localhost:3000', ...smtp },
    { page: false, on: true },
  ],
  [{ APP_URL: 'https://app.example.org' }, { page: false, on: false }],
  [{ APP_URL: 'https://localhost.example.org' }, { page: false, on: false }],
  [{ APP_URL: 'https://127.0.0.1.example.org' }, { page: false, on: false }],
  [
    { APP_URL: 'https://app.example.org', OUTBOX_PAGE: 'auto' },
    { page: false, on: false },
  ],
  [
    { APP_URL: 'https://app.example.org', ...smtp },
    { page: false, on: true },
  ],
])('with %j the outbox page and mail are %j', (changes, { page, on }) => {
  const parsed = parseServerSettings({ ...valid, ...changes });
  expect(parsed.ok && [hasOutboxPage(parsed.settings), isMailOn(parsed.settings)]).toEqual([page, on]);
});

test('a missing secret says how to make one', () => {
  expect(problems({ AUTH_SECRET: '' })).toEqual([expect.stringContaining('AUTH_SECRET is missing')]);
});

test('one secret for two purposes is refused', () => {
  expect(problems({ SESSION_SECRET: valid.AUTH_SECRET })).toEqual(['SESSION_SECRET must differ from AUTH_SECRET']);
});

test('a slash behind the origin changes neither it nor the audience', () => {
  const parsed = parseServerSettings({ ...valid, APP_URL: 'https://app.example.org/' });
  const origin = 'https://app.example.org';
  expect(parsed.ok && parsed.settings).toMatchObject({ APP_URL: origin, ACCESS_TOKEN_AUDIENCE: origin });
});

test.each([
  [{ NODE_ENV: 'production', PORT: '4000' }, 'latchkey'],
  [{ NODE_ENV: 'development' }, 'latchkey'],
  [{ NODE_ENV: 'development', PORT: '3000' }, 'latchkey'],
  [{ NODE_ENV: 'development', PORT: '4000' }, 'latchkey-4000'],
  [{ NODE_ENV: 'development', PORT: '4000', COOKIE_NAME: 'mine' }, 'mine'],
])('with %j cookies are named %s', (changes, name) => {
  const parsed = parseServerSettings({ ...valid, ...changes });
  expect(parsed.ok && parsed.settings.COOKIE_NAME).toBe(name);
});

test('https needs no loopback name', () => {
  expect(problems({ APP_URL: 'https://app.example.org' })).toEqual([]);
});

test.each([
  ['https://App.Example.org:443', 'https://app.example.org'],
  ['HTTPS://app.example.org', 'https://app.example.org'],
  ['https://app.example.org:8443/', 'https://app.example.org:8443'],
  ['http://LOCALHOST:80', 'http://localhost'],
  [' https://exämple.org\r', 'https://xn--exmple-cua.org'],
  ['https://[2001:DB8:0::1]', 'https://[2001:db8::1]'],
])('APP_URL=%j means %s', (APP_URL, meant) => {
  const parsed = parseServerSettings({ ...valid, APP_URL });
  expect(parsed.ok && parsed.settings).toMatchObject({ APP_URL: meant, ACCESS_TOKEN_AUDIENCE: meant });
});

test('space around a value and capitals in a word change nothing', () => {
  const parsed = parseServerSettings({
    ...valid,
    PORT: ' 4000\r',
    LOG_LEVEL: 'WARN ',
    RATE_LIMITS: 'Off',
    BCRYPT_COST: ' ',
  });
  expect(parsed.ok && parsed.settings).toMatchObject({
    PORT: 4000,
    LOG_LEVEL: 'warn',
    RATE_LIMITS: 'off',
    BCRYPT_COST: 12,
  });
});

test.each([
  ['PORT', '65536', 'must be a whole number from 0 to 65535, not "65536"'],
  ['BCRYPT_COST', '"12"', 'must be a whole number from 10 to 15, not "\\"12\\""'],
  ['LATCHKEY_WORKERS', 'auto', 'must be a whole number from 1 to 64, not "auto"'],
  ['RATE_LIMITS', 'false', 'must be one of on, off, not "false"'],
  ['LIMIT_LOGIN_PER_ACCOUNT', '10', 'must be written count/seconds, like 10/900, not "10"'],
  ['PORT', '3\u200b0', 'must be a whole number from 0 to 65535, not "3\\u200b0"'],
  ['APP_URL', 'app.example.org', 'must be an origin like https://app.example.org, not "app.example.org"'],
  [
    'APP_URL',
    'https://app.example.org/app/',
    'must end after host and port, like https://app.example.org: the app is not served below a path, not "https://app.example.org/app/"',
  ],
  [
    'APP_URL',
    'https://app.example.org?a',
    'must have no query and no fragment, like https://app.example.org, not "https://app.example.org?…"',
  ],
  ['APP_URL', 'https://ada:hunter2', 'must be an origin like https://app.example.org, not "https://ada:…"'],
  ['DATABASE_URL', 'postgres://ada:hunter2%@db.example/app', 'has a % that encodes nothing: write %25'],
  [
    'ACCESS_TOKEN_KEYS',
    '{"keys":[{"kid":"1","alg":"HS256","kty":"oct","k":"hunter2"}]}',
    'must be a JSON Web Key set of private keys, each with a kid of its own and an alg of EdDSA, ES256, RS256',
  ],
  ['APP_URL', 'https://ada:hunter2@app.example.org', 'must hold no user and no password, not "…@app.example.org"'],
  [
    'APP_URL',
    'http://192.168.0.5:3000',
    'must begin with https: for every host but localhost (docs/deploy.md, "http"), not "http://192.168.0.5:3000"',
  ],
])('%s=%s is told what it is and what it must be', (name, value, says) => {
  expect(problems({ [name]: value })).toEqual([`${name} ${says}`]);
});

const mailing = { SMTP_URL: 'smtps://mail.example.org', MAIL_FROM: 'sign-in@example.org' };

test.each([
  ['off', {}],
  ['required', mailing],
  ['off', { ...mailing, EMAIL_VERIFICATION: 'off' }],
  ['required', { EMAIL_VERIFICATION: 'required' }],
])('the verification of addresses is %s with %j', (EMAIL_VERIFICATION, changes) => {
  const parsed = parseServerSettings({ ...valid, ...changes });
  expect(parsed.ok && parsed.settings).toMatchObject({ EMAIL_VERIFICATION });
});

test.each([{ OUTBOX_PAGE: 'off' }, { APP_URL: 'https://app.example.org' }])(
  'addresses are not verified where mail is off: %j',
  (changes) => {
    const says = 'EMAIL_VERIFICATION must be off unless SMTP_URL is set, or mails are read at /outbox, not "required"';
    expect(problems({ EMAIL_VERIFICATION: 'required', ...changes })).toEqual([says]);
  },
);
