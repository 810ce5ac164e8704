import { isOidc, type Provider } from '#lib/core/providers/settings.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { type Connection, providerDirectory } from '#lib/server/providers/directory.ts';
import { callProvider, isAway } from '#lib/server/providers/fetch.ts';
import { redirectUri } from '#lib/server/providers/transaction.ts';
import { type Command, UsageError } from './command.ts';
import { clockFinding, type Finding, fail, ok, warn } from './findings.ts';

export const providerCheck: Command = {
  usage: '[id]',
  about:
    'Prints the redirect URI to register at each provider of OIDC_PROVIDERS, or at one, then looks whether it can be asked and trusted: discovery, keys, algorithms, clock.',
  run: async (words, terminal) => {
    const [id, ...more] = words;
    if (more.length > 0) throw new UsageError('There is a word too many.');
    const env = terminal.settings();
    const asked = env.OIDC_PROVIDERS.filter((provider) => id === undefined || provider.id === id);
    if (asked.length === 0) throw new Error(id === undefined ? 'OIDC_PROVIDERS names none.' : `There is no ${id}.`);
    const findings: Finding[] = [];
    for (const provider of asked) {
      terminal.print(`${provider.id}: ${provider.name}\n      register ${redirectUri({ env }, provider)}`);
      const found = await examine(env, provider);
      for (const { verdict, text } of found) terminal.print(`${verdict.padEnd(5)} ${text}`);
      findings.push(...found);
    }
    return findings.some(({ verdict }) => verdict === 'FAIL') ? 1 : 0;
  },
};

async function examine({ OIDC_PROVIDERS }: ServerSettings, provider: Provider): Promise<Finding[]> {
  if (!isOidc(provider)) return [ok('GitHub has no metadata: its addresses are known')];
  try {
    const connection = await providerDirectory(OIDC_PROVIDERS).connect(provider);
    return [ok(`its metadata is of ${connection.issuer}`), ...(await examineKeys(connection)), ...promises(connection)];
  } catch (error) {
    const why = isAway(error) ? 'it does not answer' : error instanceof Error ? error.message : 'unknown';
    return [fail(`its metadata cannot be had: ${why}`)];
  }
}

async function examineKeys({ metadata, algorithms }: Connection): Promise<Finding[]> {
  const { jwks_uri: url } = metadata;
  if (!url) return [fail('it names no keys: nobody could sign in')];
  const response = await callProvider(url);
  const keys: unknown = response.status === 200 ? await response.json() : null;
  const count =
    typeof keys === 'object' && keys !== null && 'keys' in keys && Array.isArray(keys.keys) ? keys.keys.length : 0;
  return [
    count > 0 ? ok(`it has ${count} keys`) : fail('its keys cannot be had'),
    algorithms.length > 0
      ? ok(`it signs with ${algorithms.join(', ')}`)
      : fail('it signs with no algorithm that is taken here: RS256, PS256, ES256, EdDSA'),
    clockFinding('its', Date.parse(response.headers.get('date') ?? '')),
  ];
}

function promises({ metadata, provider }: Connection): Finding[] {
  const hasIss = metadata.authorization_response_iss_parameter_supported === true;
  return [
    hasIss
      ? ok('it names itself in its answers (RFC 9207)')
      : warn('it does not name itself in its answers (RFC 9207)'),
    ...(provider.signOut === 'provider' && !metadata.end_session_endpoint
      ? [warn('sign_out is "provider", but it has no address for that: people are signed out here only')]
      : []),
  ];
}
