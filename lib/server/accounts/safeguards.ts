import 'server-only';
import type { Safeguards } from '#db/store/accounts.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Tells how well a person's account is guarded. A read of its own: no access check needs it. */
export function findSafeguards({ store }: Pick<Container, 'store'>, userId: string): Promise<Safeguards> {
  return store.findSafeguards(userId);
}
