/** Serves the endpoints of providers: finds the one that a path names, and hands its answer on. */
import 'server-only';
import { AppError, type ErrorCode } from '#lib/core/errors.ts';
import type { Provider } from '#lib/core/providers/settings.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Finds the provider that a path names. Throws `not_found` for one that is not set up. */
export function requireProvider({ providers }: Pick<Container, 'providers'>, id: string): Provider {
  const provider = providers.find(id);
  if (!provider) throw new AppError('not_found');
  return provider;
}

/** Errors after which a transaction goes on. */
const goingOn: readonly ErrorCode[] = [
  'temporarily_unavailable',
  'slow_down',
  'link_required',
  'unauthorized',
  'invalid_token',
];

/** Tells whether an error ends a transaction, so that the browser may forget its cookie. */
export function isFinal({ code }: AppError): boolean {
  return !goingOn.includes(code);
}

/** Tells whether an error ends a transaction that holds an identity, which waits while its owner steps up. */
export function isFinalForHeld(error: AppError): boolean {
  return isFinal(error) && error.code !== 'insufficient_user_authentication';
}

/** Parameters of a provider's answer that are handed on. Its descriptions are shown to nobody. */
const handedOn = ['code', 'state', 'iss', 'error'];
const longestFragment = 4096;

/** Writes a provider's answer as a fragment, which no browser sends to anybody. One that is doubled or too long becomes an error. */
export function fragmentOf(provider: string, parameters: URLSearchParams): string {
  const fragment = new URLSearchParams({ provider });
  for (const name of handedOn) {
    const values = parameters.getAll(name);
    if (values.length > 1) return refused(provider);
    for (const value of values) fragment.set(name, value);
  }
  const written = fragment.toString();
  return written.length > longestFragment ? refused(provider) : written;
}

function refused(provider: string): string {
  return new URLSearchParams({ provider, error: 'invalid_request' }).toString();
}
