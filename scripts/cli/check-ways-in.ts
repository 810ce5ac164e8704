/** Checks of the doctor that are about getting in: does everybody have a way, and does a secret at a provider end soon? */
import { decodeJwt } from 'jose';
import { appleIssuer } from '#lib/core/providers/settings.ts';
import { waysIn } from '#lib/server/providers/ways-in.ts';
import type { CommandContext } from './command.ts';
import { type Finding, fail, ok, warn } from './findings.ts';

const daySeconds = 24 * 60 * 60;
/** Days before the end of Apple's secret from which the doctor warns. */
const warnDays = 30;

/** Says how many accounts have no way to sign in that counts by the settings. */
export async function checkWaysIn({ env, store }: CommandContext): Promise<Finding[]> {
  const count = await store.countLockedOut(waysIn({ env }));
  if (count === 0) return [ok('every account has a way in')];
  const todo = env.PASSWORD_SIGN_IN === 'on' ? 'Make a link with "password reset"' : 'Set PASSWORD_SIGN_IN=on';
  return [warn(`accounts with no way in left: ${count}. ${todo}, or set up the provider that they had`)];
}

/** Says when Apple's secret ends: it is a JWT that its owner makes anew every half year. */
export function checkProviderSecrets({ env, clock }: CommandContext): Finding[] {
  return env.OIDC_PROVIDERS.filter(({ issuer }) => issuer === appleIssuer).map(({ id, clientSecret }) => {
    const exp = clientSecret === null ? undefined : endOf(clientSecret);
    if (exp === undefined) return fail(`the client_secret of ${id} is no JWT with an end: docs/providers.md makes one`);
    const days = Math.floor((exp - clock().getTime() / 1000) / daySeconds);
    if (days < 0) return fail(`the client_secret of ${id} is over: make another one (docs/providers.md)`);
    const text = `the client_secret of ${id} ends in ${days} days`;
    return days < warnDays ? warn(`${text}: make another one (docs/providers.md)`) : ok(text);
  });
}

function endOf(token: string): number | undefined {
  try {
    return decodeJwt(token).exp;
  } catch {
    return undefined;
  }
}
