/** Checks of the doctor that sign a made-up user in, as a browser would, and look at what arrives. */
import { randomBytes, randomUUID } from 'node:crypto';
import { api } from '#lib/core/routes.ts';
import { newSecurityEvent } from '#lib/server/activity/record.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { ask, checkCookies } from './check-address.ts';
import { type CommandContext, operator } from './command.ts';
import { expect, type Finding, fail, ok, warn } from './findings.ts';

/**
 * Address that nobody has (RFC 5737). It is sent ten times in X-Forwarded-For, so an app that trusts too many proxies
 * believes it, however many they are.
 */
const madeUp = '203.0.113.77';

/** Signs in as a person that it makes up, and deletes. Where passwords are off nothing that a command can do signs in. */
export async function checkSignIn(context: CommandContext, url: string): Promise<Finding[]> {
  const { store, env, clock } = context;
  if (env.PASSWORD_SIGN_IN === 'off') return [warn('signing in was not tried: PASSWORD_SIGN_IN is off')];
  const person = { id: randomUUID(), email: `doctor-${randomUUID()}@doctor.invalid.example`, name: null };
  const password = randomBytes(24).toString('base64url');
  const hasher = passwordHasher(env.BCRYPT_COST, 1);
  const passwordHash = await hasher.hash(password).finally(hasher.close);
  const now = clock();
  const event = newSecurityEvent(context, 'signed_up', {
    userId: person.id,
    sessionId: null,
    requester: operator,
    now,
  });
  await store.createUser({ ...person, passwordHash, createdAt: now }, event);
  try {
    const body = JSON.stringify({ email: person.email, password });
    const forwarded = Array.from({ length: 10 }, () => madeUp).join(', ');
    const signIn = (origin: string) =>
      ask(url + api.token, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', origin, 'x-forwarded-for': forwarded },
      });
    const foreign = await signIn('https://elsewhere.example');
    const response = await signIn(env.APP_URL);
    const findings = [
      expect(foreign.status === 403, 'another origin is refused', 'a sign-in from another origin is not refused'),
    ];
    if (response.status !== 200)
      return [...findings, fail(`signing in answers ${response.status}: ${whyNot(response)}`)];
    return [...findings, ok('signing in works'), ...(await checkSession(context, url, person.id, response))];
  } finally {
    // Nobody is mailed: the address is made up.
    await store.deleteAccount(person, null, { at: clock(), ...operator });
  }
}

function whyNot({ status }: Response): string {
  if (status === 401) return 'is DATABASE_URL the database of the app there?';
  if (status === 403) return 'does a proxy change Origin, or is APP_URL not the public address?';
  if (status === 429) return 'the limit of this address is reached. Try again later';
  return 'see the app’s log';
}

async function checkSession(
  context: CommandContext,
  url: string,
  userId: string,
  response: Response,
): Promise<Finding[]> {
  const { env, store, clock } = context;
  const { access_token: token } = await response.json();
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
  const read = await ask(url + api.me, { headers: { authorization: `Bearer ${token}` } });
  const unread = await ask(url + api.me);
  const page = await ask(url + api.session, { headers: { cookie } });
  const [session] = await store.listSessions(userId, clock(), env.AUTH_EPOCH);
  const post = (path: string) => ask(url + path, { method: 'POST', headers: { cookie, origin: env.APP_URL } });
  const signedOut = await post(api.logout);
  const after = await post(api.refresh);
  return [
    checkCookies(response, env),
    expect(
      (response.headers.get('cache-control') ?? '').includes('no-store'),
      'no-store arrives',
      'a proxy drops Cache-Control: no-store. Let it through',
    ),
    expect(
      read.status === 200,
      'Authorization arrives',
      `a proxy drops Authorization: ${api.me} answers ${read.status}`,
    ),
    expect(
      unread.status === 401,
      'no cache keeps answers',
      `a cache keeps answers: ${api.me} answers ${unread.status} to nobody. Switch it off for /api/`,
    ),
    expect(page.status === 200, 'cookies arrive', `a proxy drops Cookie: ${api.session} answers ${page.status}`),
    checkAddress(session?.ip ?? null, url),
    expect(
      signedOut.status === 204 && after.status === 401,
      'signing out ends the session at once',
      `signing out answers ${signedOut.status}, and a refresh after it ${after.status}: see the app’s log`,
    ),
  ];
}

const isInternal = (address: string) =>
  /^(10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168)\.|^(::1$|f[cde])/.test(address);

function checkAddress(seen: string | null, url: string): Finding {
  if (seen === null || seen === 'unknown') return warn('the app sees no address: all share one limit');
  if (seen === madeUp)
    return fail(
      'TRUSTED_PROXY_HOPS is too high for this way in: whoever sends X-Forwarded-For chooses an address, and with it the limits. Lower it, or close this way',
    );
  if (isInternal(seen) && !isInternal(new URL(url).hostname) && new URL(url).hostname !== 'localhost')
    return warn(`the app sees this machine as ${seen}. If that is a proxy’s, TRUSTED_PROXY_HOPS is not their number`);
  return ok(`the app sees this machine as ${seen}`);
}
