import 'server-only';
import type { SessionWithUser } from '#db/store/sessions.ts';
import { AppError } from '#lib/core/errors.ts';
import { isOidc } from '#lib/core/providers/settings.ts';
import { authTimeOf, levelOf } from '#lib/core/sessions/authentication.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { proofsOf } from '#lib/server/second-factors/proofs.ts';

/**
 * Lets on only a session whose person has signed in or stepped up within the last `FRESH_SECONDS`, and with two factors where
 * two-step sign-in is on: both by the rows, no token says so. Throws `insufficient_user_authentication` (RFC 9470).
 */
export async function requireFresh(deps: Container, sessionId: string): Promise<void> {
  const found = await deps.store.findSession(sessionId);
  const { env, clock } = deps;
  const ageSeconds = found
    ? (clock().getTime() - authTimeOf(found.session).getTime()) / 1000
    : Number.POSITIVE_INFINITY;
  if (!found || !isStrong(found) || ageSeconds > env.FRESH_SECONDS) throw await insufficient(deps, found);
}

/** Lets on only a session that has shown two factors where two-step sign-in is on, however long ago. Throws as `requireFresh`. */
export async function requireStrong(deps: Container, sessionId: string): Promise<void> {
  const found = await deps.store.findSession(sessionId);
  if (!found || !isStrong(found)) throw await insufficient(deps, found);
}

function isStrong({ session, user }: SessionWithUser): boolean {
  return !user.twoStep || levelOf(session.amr) === 'aal2';
}

async function hasOwnPassword(store: Container['store'], { user }: SessionWithUser): Promise<boolean> {
  return (await store.findUser(user.id))?.passwordHash !== null;
}

/** Lists the providers at which a person can show again who they are. */
async function ownProviders({ store, env }: Pick<Container, 'store' | 'env'>, { user }: SessionWithUser) {
  const issuers = (await store.listIdentities(user.id)).map(({ issuer }) => issuer);
  const own = env.OIDC_PROVIDERS.filter((one) => isOidc(one) && issuers.includes(one.issuer ?? ''));
  return own.map(({ id }) => `provider:${id}`);
}

/** Makes the answer that a step-up is asked for, with what it takes. */
export async function insufficient({ store, env }: Container, found: SessionWithUser | null): Promise<AppError> {
  const needsTwo = found?.user.twoStep ?? false;
  const proofs = found ? await proofsOf({ store, env }, found.user.id) : [];
  // A passkey alone is enough. A code is none without the password, nor asked for where two-step sign-in is off.
  const shown = proofs.filter((kind) => needsTwo || kind === 'passkey');
  const hasPassword = env.PASSWORD_SIGN_IN === 'on' && (found === null || (await hasOwnPassword(store, found)));
  return new AppError('insufficient_user_authentication', {
    stepUp: {
      factors: [...(hasPassword ? ['password' as const] : []), ...shown],
      ...(found && { methods: await ownProviders({ store, env }, found) }),
      maxAgeSeconds: env.FRESH_SECONDS,
      ...(needsTwo && { level: 'aal2' }),
    },
  });
}
