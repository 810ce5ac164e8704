/** Checks a deployment: what can be seen here, and what can be seen through the public address. */
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { cookieNames } from '#lib/core/cookies.ts';
import { api } from '#lib/core/routes.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { newEvent } from '#lib/server/session.ts';
import { type Command, inOffice, type Office, operator, parse } from './command.ts';

type Verdict = 'ok' | 'warn' | 'FAIL';
interface Finding {
  verdict: Verdict;
  text: string;
}

const ok = (text: string): Finding => ({ verdict: 'ok', text });
const warn = (text: string): Finding => ({ verdict: 'warn', text });
const fail = (text: string): Finding => ({ verdict: 'FAIL', text });
const expect = (isGood: boolean, good: string, bad: string): Finding => (isGood ? ok(good) : fail(bad));

/** A clock that is off by more than this makes tokens that others take for expired or not yet issued. */
const clockToleranceSeconds = 5;

function checkFiles(): Finding[] {
  if (!existsSync('.env.local')) return [ok('no .env.local: the settings come from the environment')];
  const isPrivate = (statSync('.env.local').mode & 0o077) === 0;
  return [
    expect(isPrivate, '.env.local is its owner’s alone', '.env.local can be read by others: chmod 600 .env.local'),
  ];
}

function checkSettings({ env }: Office): Finding[] {
  const isLocal = env.APP_URL.startsWith('http:');
  return [
    ok('every setting is valid'),
    isLocal ? warn('APP_URL is http: for this machine only') : ok('APP_URL is https'),
    env.RATE_LIMITS === 'off' ? fail('RATE_LIMITS is off: nothing stops password guessing') : ok('limits are on'),
    isLocal || env.TRUSTED_PROXY_HOPS > 0
      ? ok(`${env.TRUSTED_PROXY_HOPS} proxies are believed about addresses`)
      : warn('TRUSTED_PROXY_HOPS is 0: behind a proxy, everybody shares the proxy’s address and its limits'),
  ];
}

async function checkDatabase({ store, clock }: Office): Promise<Finding[]> {
  await store.check();
  const { count } = await store.hit(`doctor ${randomUUID()}`, 1, clock());
  const offBy = Math.abs(clock().getTime() - Date.now()) / 1000;
  return [
    ok('the database answers and is migrated'),
    expect(count === 1, 'it can be written', 'it cannot be written'),
    expect(
      offBy <= clockToleranceSeconds,
      'its clock agrees with this machine’s',
      `its clock is ${offBy.toFixed(0)} s from this machine’s`,
    ),
  ];
}

async function checkFront(url: string): Promise<Finding[]> {
  const health = await fetch(url + api.health, { redirect: 'manual' });
  const findings = [expect(health.status === 200, `${api.health} is ok`, `${api.health} answers ${health.status}`)];
  const there = Date.parse(health.headers.get('date') ?? '');
  const offBy = Math.abs(there - Date.now()) / 1000;
  if (Number.isFinite(offBy)) {
    const isClose = offBy <= clockToleranceSeconds;
    findings.push(
      expect(isClose, 'its clock agrees with this one', `its clock is ${offBy.toFixed(0)} s from this one`),
    );
  }
  if (!url.startsWith('https:')) return findings;
  const page = await fetch(`${url}/login`, { redirect: 'manual' });
  const hasHsts = /max-age=[1-9]/.test(page.headers.get('strict-transport-security') ?? '');
  findings.push(expect(hasHsts, 'HSTS arrives', 'the proxy drops Strict-Transport-Security'));
  const plain = await fetch(url.replace('https:', 'http:'), { redirect: 'manual' }).catch(() => null);
  const isLed = plain === null || (plain.headers.get('location') ?? '').startsWith('https:');
  findings.push(isLed ? ok('http is closed, or leads to https') : warn('http is answered without a redirect to https'));
  return findings;
}

/** Signs somebody in who exists for this only, as a browser would, and looks at what arrives. */
async function checkSignIn(office: Office, url: string): Promise<Finding[]> {
  const { store, env, clock } = office;
  const person = { id: randomUUID(), email: `doctor-${randomUUID()}@doctor.invalid.example`, name: null };
  const password = randomBytes(24).toString('base64url');
  const hasher = passwordHasher(env.BCRYPT_COST, 1);
  const passwordHash = await hasher.hash(password).finally(hasher.close);
  const now = clock();
  const event = newEvent('signed_up', { userId: person.id, sessionId: null, client: operator, now });
  await store.createUser({ ...person, passwordHash, createdAt: now }, event);
  try {
    const body = JSON.stringify({ email: person.email, password });
    const signIn = (origin: string) =>
      fetch(url + api.token, { method: 'POST', body, headers: { 'content-type': 'application/json', origin } });
    const foreign = await signIn('https://elsewhere.example');
    const response = await signIn(env.APP_URL);
    const findings = [
      expect(foreign.status === 403, 'another origin is refused', 'a sign-in from another origin is not refused'),
      expect(
        response.status === 200,
        'signing in works',
        `signing in answers ${response.status}: is APP_URL the public origin?`,
      ),
    ];
    if (response.status !== 200) return findings;
    const cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';', 1)[0])
      .join('; ');
    return [
      ...findings,
      ...checkCookies(response, env.APP_URL),
      ...(await checkEnding(office, url, person.id, cookie)),
    ];
  } finally {
    await store.deleteUser(person.id);
  }
}

function checkCookies({ headers }: Response, appUrl: string): Finding[] {
  const isSecure = appUrl.startsWith('https:');
  const lines = headers.getSetCookie();
  const whole = Object.values(cookieNames(isSecure)).every((name) => {
    const line = lines.find((one) => one.startsWith(`${name}=`)) ?? '';
    const flags = line.toLowerCase();
    return (
      flags.includes('httponly') &&
      flags.includes('samesite=lax') &&
      flags.includes('path=/') &&
      flags.includes('secure') === isSecure &&
      !flags.includes('domain=')
    );
  });
  const isUncached = (headers.get('cache-control') ?? '').includes('no-store');
  return [
    expect(
      whole,
      'both cookies arrive with their flags',
      'a proxy changes the cookies: their names or flags are not ours',
    ),
    expect(isUncached, 'no-store arrives', 'a proxy drops Cache-Control: no-store'),
  ];
}

async function checkEnding(office: Office, url: string, userId: string, cookie: string): Promise<Finding[]> {
  const [session] = await office.store.listSessions(userId, office.clock(), office.env.AUTH_EPOCH);
  const post = (path: string) => fetch(url + path, { method: 'POST', headers: { cookie, origin: office.env.APP_URL } });
  const signedOut = await post(api.logout);
  const after = await post(api.refresh);
  return [
    session?.ip
      ? ok(`the app sees this machine as ${session.ip}`)
      : warn('the app sees no address: all share one limit'),
    expect(
      signedOut.status === 204 && after.status === 401,
      'signing out ends the session at once',
      'a session that was signed out goes on',
    ),
  ];
}

export const doctor: Command = {
  usage: '[URL]',
  about: 'Checks settings, database, clock, and what arrives at the public address (APP_URL). Leaves nothing behind.',
  run: async (words) => {
    const { positionals } = parse(words, words.length > 0 ? 1 : 0);
    const findings = await inOffice(async (office) => {
      const url = (positionals[0] ?? office.env.APP_URL).replace(/\/$/, '');
      const front = async () => [...(await checkFront(url)), ...(await checkSignIn(office, url))];
      return [
        ...checkFiles(),
        ...checkSettings(office),
        ...(await checkDatabase(office)),
        ...(await front().catch(() => [fail(`${url} cannot be reached`)])),
      ];
    });
    for (const { verdict, text } of findings) console.log(`${verdict.padEnd(5)} ${text}`);
    return findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
  },
};
