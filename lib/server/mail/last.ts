import 'server-only';
import { isMailOn } from '#lib/core/settings.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Tells whether the newest mail to a person failed for good, as to an address that is theirs no longer. */
export async function hasLastMailFailed({ env, store }: Container, userId: string): Promise<boolean> {
  return isMailOn(env) && (await store.findLastMail(userId))?.state === 'failed';
}
