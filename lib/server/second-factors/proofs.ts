import 'server-only';
import type { Proof } from '#db/store/second-factors.ts';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Lists what a user can show in a second step here; of that, if `before` is given, what was there by then. */
export function proofsOf(
  { store, env }: Pick<Container, 'store' | 'env'>,
  userId: string,
  before?: Date,
): Promise<Proof['kind'][]> {
  return store.listProofs(userId, relyingPartyId(env), before);
}
