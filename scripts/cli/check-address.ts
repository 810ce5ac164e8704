/**
 * Checks of the doctor through the public address: is this the app, and does anything on the way change its answers?
 */

import { api, landing, loginPath, paths } from '#lib/core/routes.ts';
import { type CookieSettings, cookieNames } from '#lib/core/sessions/cookies.ts';
import type { CommandContext } from './command.ts';
import { clockFinding, expect, type Finding, fail, ok, warn } from './findings.ts';

const timeoutMs = 15_000;

/** Makes one request, without following a redirect. Rejects if the address cannot be reached or does not answer in time. */
export function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs), ...init });
}

/** Says in words for people why an address cannot be reached. */
export function whyUnreachable(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (/CERT|TLS|SSL|ALTNAME/.test(code)) return `browsers will not trust its certificate (${code})`;
  if (code === 'ECONNREFUSED') return 'nothing listens there. Is the app running, and the proxy?';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'that name has no address';
  if (error instanceof Error && error.name === 'TimeoutError') return 'no answer came. Is a firewall in the way?';
  return code === '' ? 'the answer is no HTTP' : `the connection fails (${code})`;
}

/** Checks that the app at `url` is well and has these settings. `isThere` tells whether it is this app, and well. */
export async function checkApp(
  { env }: CommandContext,
  url: string,
): Promise<{ findings: Finding[]; isThere: boolean }> {
  const health = await ask(url + api.health);
  const isWell = health.status === 200 && (await health.text()) === '{"status":"ok"}';
  const { issuer } = await json(await ask(url + api.metadata));
  const { keys } = await json(await ask(url + api.jwks));
  const kids = Array.isArray(keys) ? keys.map(({ kid }) => kid).sort() : [];
  const isSameKeys =
    kids.join() ===
    env.ACCESS_TOKEN_KEYS.map(({ kid }) => kid)
      .sort()
      .join();
  const findings = [
    expect(isWell, `${api.health} is ok`, `${api.health} answers ${health.status}: is it this app? Then see its log`),
    clockFinding('its', Date.parse(health.headers.get('date') ?? '')),
    expect(
      issuer === env.APP_URL,
      'it knows its public address',
      `APP_URL is ${env.APP_URL} here and ${issuer ?? 'nothing'} there: give both the address that browsers use, and restart`,
    ),
    isSameKeys ? ok('it has these access keys') : warn('it has other access keys than these settings: restart it'),
  ];
  return { findings, isThere: isWell && issuer === env.APP_URL };
}

/** Checks that a proxy in front changes nothing about pages. */
export async function checkPages({ env }: CommandContext, url: string): Promise<Finding[]> {
  const policyOf = async () => (await ask(url + paths.login)).headers.get('content-security-policy');
  const [first, second] = [await policyOf(), await policyOf()];
  const guarded = await ask(url + landing, { headers: { 'sec-fetch-dest': 'document' } });
  const location = guarded.headers.get('location') ?? '';
  const isLed = guarded.status === 303 && URL.parse(location, env.APP_URL)?.href === env.APP_URL + loginPath(landing);
  return [
    expect(first !== null, 'pages come with their policy', 'a proxy drops Content-Security-Policy: let it through'),
    expect(
      first === null || first !== second,
      'no cache keeps pages',
      'a cache keeps pages: one person would get another’s. Switch it off for all but /_next/static/',
    ),
    expect(
      isLed,
      'who is signed out is led to the sign-in page',
      `${landing} answers ${guarded.status} ${location}: does a proxy rewrite redirects?`,
    ),
    ...(url.startsWith('https:') ? await checkHttps(url) : []),
  ];
}

async function checkHttps(url: string): Promise<Finding[]> {
  const page = await ask(url + paths.login);
  const hasHsts = /max-age=[1-9]/.test(page.headers.get('strict-transport-security') ?? '');
  const plain = await ask(url.replace('https:', 'http:')).catch(() => null);
  const isLed = plain === null || plain.status === 400 || (plain.headers.get('location') ?? '').startsWith('https:');
  return [
    expect(hasHsts, 'HSTS arrives', 'a proxy drops Strict-Transport-Security: let it through'),
    isLed ? ok('http is closed, or leads to https') : warn('http is answered without a redirect to https: add one'),
  ];
}

/** Checks that both cookies of a sign-in arrive, with each flag that they must have. */
export function checkCookies({ headers }: Response, settings: CookieSettings): Finding {
  const isSecure = settings.APP_URL.startsWith('https:');
  const lines = headers.getSetCookie();
  const names = Object.values(cookieNames(settings));
  if (lines.length === names.length && !lines.some((line) => names.some((name) => line.startsWith(`${name}=`))))
    return warn(
      'it names its cookies otherwise than these settings: give both one COOKIE_NAME. `npm run dev` adds the port by itself',
    );
  const problems = names.flatMap((name) => {
    const line = lines.find((one) => one.startsWith(`${name}=`));
    if (line === undefined) return [`${name} does not arrive`];
    const flags = line
      .toLowerCase()
      .split(';')
      .slice(1)
      .map((flag) => flag.trim());
    const wanted = ['httponly', 'samesite=lax', 'path=/', ...(isSecure ? ['secure'] : [])];
    const missing = wanted.filter((flag) => !flags.includes(flag)).map((flag) => `${name} lost its flag ${flag}`);
    return flags.some((flag) => flag.startsWith('domain=')) ? [...missing, `${name} got a domain`] : missing;
  });
  if (problems.length === 0) return ok('both cookies arrive with their flags');
  return fail(`a proxy changes Set-Cookie: ${problems.join(', ')}. Let it through as it is`);
}

async function json(response: Response): Promise<Record<string, unknown>> {
  try {
    return await response.json();
  } catch {
    return {};
  }
}
