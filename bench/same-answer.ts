/**
 * `npm run bench:same-answer`: measures whether the time of an answer tells who has an account, or that the SMTP server hangs.
 * Asks the built app in turns, and prints the median of the ratios of neighbours. Ends with 1 if one is not what it must be.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningServer, startServer } from '../tests/support/server.ts';
import { mailSettings, startSmtp } from '../tests/support/smtp.ts';
import { percentile } from './growth/percentile.ts';

const tries = 200;
const warmUpTries = 60;
/** Milliseconds after an answer in which the mail of it is sent: that is no part of the next one. */
const pauseMs = 25;
const [known, unknown] = ['known@example.org', 'other@example.org'];
const password = 'a few unrelated words';

/** A request, whose answer must have `status`. */
interface Call {
  base: string;
  path: string;
  json: Record<string, string>;
  status: number;
  /** The access token of whoever asks. */
  token?: string;
}

const forgot = ({ url }: RunningServer, email: string): Call => ({
  base: url,
  path: '/api/auth/password/forgot',
  json: { email },
  status: 202,
});
const signIn = ({ url }: RunningServer, email: string): Call => ({
  base: url,
  path: '/api/auth/token',
  json: { email, password: 'not the password' },
  status: 401,
});

const signUp = ({ url }: RunningServer, email: string): Call => ({
  base: url,
  path: '/api/auth/register',
  json: { email, password },
  status: 202,
});

/** Asks, as somebody who has just signed in, to change their address to `email`. */
const changeEmail = ({ url }: RunningServer, token: string, email: string): Call => ({
  base: url,
  path: '/api/auth/email',
  json: { email },
  status: 202,
  token,
});

/** Makes a call. Returns the milliseconds until its answer is there whole; throws for a wrong one. */
async function timeOf({ base, path, json, status, token }: Call): Promise<number> {
  const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) };
  const begun = performance.now();
  const answer = await fetch(base + path, { method: 'POST', headers, body: JSON.stringify(json) });
  await answer.text();
  const ms = performance.now() - begun;
  if (answer.status !== status) throw new Error(`POST ${path} answered ${answer.status}.`);
  return ms;
}

/**
 * Makes two calls in turns, each the first of the two every other time. Prints and returns the median of the ratios of two
 * neighbours, to which other work on the machine happens alike.
 */
async function compare(name: string, calls: [Call, Call]): Promise<number> {
  const times: [number[], number[]] = [[], []];
  for (let round = -warmUpTries; round < tries; round++) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const ms = await timeOf(calls[index]);
      if (round >= 0) times[index].push(ms);
      await delay(pauseMs);
    }
  }
  const ratio = percentile(
    times[0].map((ms, index) => ms / (times[1][index] ?? Number.NaN)),
    50,
  );
  const medians = times.map((list) => `${percentile(list, 50).toFixed(2)} ms`);
  console.log(`${name.padEnd(55)} ${ratio.toFixed(3)} (medians ${medians.join(' and ')})`);
  return ratio;
}

/** Makes an account. Returns its access token. */
async function signedUp({ url }: RunningServer, email: string): Promise<string> {
  const headers = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ email, password });
  const answer = await fetch(`${url}/api/auth/register`, { method: 'POST', headers, body });
  const { access_token: token } = await answer.json();
  return String(token);
}

// Two instances that start at once must not both build.
if (spawnSync(process.execPath, ['scripts/start.ts', '--build'], { stdio: 'inherit' }).status !== 0) process.exit(1);

const [smtp, hanging] = await Promise.all([startSmtp(), startSmtp()]);
hanging.hangsAt = 'greeting';
const limits = {
  RATE_LIMITS: 'on',
  LIMIT_REGISTER_PER_ADDRESS: '100000/3600',
  LIMIT_MAIL_PER_CLIENT: '100000/3600',
  LIMIT_MAIL_PER_ADDRESS: '100000/3600',
  LIMIT_LOGIN_PER_ACCOUNT: '100000/3600',
  LIMIT_LOGIN_PER_ADDRESS: '100000/3600',
  LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: '100000/3600',
};
const servers: RunningServer[] = [];
try {
  for (const to of [smtp, hanging]) servers.push(await startServer({ ...limits, ...mailSettings(to) }));
  const [app, stuck] = servers;
  if (!app || !stuck) throw new Error('Both were started.');
  for (const { url } of servers)
    await timeOf({ base: url, path: '/api/auth/register', json: { email: known, password }, status: 201 });
  // First, while neither has run for longer than the other.
  const ratio = await compare('forgotten password: SMTP hangs / answers at once', [
    forgot(stuck, known),
    forgot(app, known),
  ]);
  const database = { DATABASE_URL: app.databaseUrl, EMAIL_VERIFICATION: 'required' };
  const verifying = await startServer({ ...limits, ...mailSettings(smtp), ...database });
  servers.push(verifying);
  const asker = await signedUp(app, 'asker@example.org');
  const ratios = [
    await compare('sign-up: taken / free', [signUp(verifying, known), signUp(verifying, unknown)]),
    await compare('another address: taken / free', [changeEmail(app, asker, known), changeEmail(app, asker, unknown)]),
    await compare('forgotten password: known / unknown', [forgot(app, known), forgot(app, unknown)]),
    await compare('sign-in with a wrong password: known / unknown', [signIn(app, known), signIn(app, unknown)]),
  ];
  const isAlike = ratios.every((one) => one >= 0.9 && one <= 1.1);
  if (!isAlike || ratio > 1.1) process.exitCode = 1;
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await Promise.all([smtp.stop(), hanging.stop()]);
}
