import 'server-only';
import type { Container } from '#lib/server/runtime/container.ts';

/** Tells whether somebody proved to read mail at a person's address. A read of its own: no access check needs it. */
export function isEmailVerified({ store }: Pick<Container, 'store'>, userId: string): Promise<boolean> {
  return store.isEmailVerified(userId);
}
