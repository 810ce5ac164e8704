import 'server-only';
import { AppError, bearerError } from '#lib/core/errors.ts';
import type { Identities } from '#lib/core/identities/contract.ts';
import { providerOf } from '#lib/server/providers/directory.ts';
import { hasWayLeft, waysIn } from '#lib/server/providers/ways-in.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Asking, changeOf, made, readOwnFresh } from '#lib/server/second-factors/changing.ts';

/** Shows a person the identities that they can sign in with. Throws `invalid_token` if the account is gone. */
export async function listIdentities(deps: Container, userId: string): Promise<Identities> {
  const row = await deps.store.findUser(userId);
  if (!row) throw bearerError('ended');
  const own = await deps.store.listIdentities(row.id);
  return {
    has_password: row.passwordHash !== null,
    items: own.map(({ id, issuer, email, linkedAt, lastUsedAt }) => {
      const provider = providerOf(deps, issuer);
      return {
        ...{ id, provider: provider.id, name: provider.name, email },
        linked_at: linkedAt.toISOString(),
        last_used_at: lastUsedAt?.toISOString() ?? null,
      };
    }),
  };
}

/**
 * Takes one of a person's own identities away, and ends their other sessions that began with it. Throws `not_found` for any other
 * id, `last_way_in` where nothing else signs in, or `invalid_token`.
 */
export async function unlinkIdentity(deps: Container, asking: Asking, id: string): Promise<void> {
  const { store } = deps;
  const row = await readOwnFresh(deps, asking);
  const own = await store.listIdentities(row.id);
  if (!own.some((one) => one.id === id)) throw new AppError('not_found');
  if (!(await hasWayLeft(deps, row, { identityId: id }))) throw new AppError('last_way_in');
  const change = changeOf(deps, asking, { row, types: ['identity_unlinked'] });
  if (!(await store.removeIdentity(change, id, waysIn(deps)))) throw bearerError('ended');
  made(deps, change);
}
