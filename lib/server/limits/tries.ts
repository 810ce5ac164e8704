import 'server-only';
import { createHash } from 'node:crypto';
import { AppError } from '#lib/core/errors.ts';
import type { Limit } from '#lib/core/setting-kinds.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Counts one try for `who` against a limit, in the database, so that instances share it and a restart forgets nothing.
 * `onReached` is called for the first try of a window that is refused. Throws `slow_down` with the seconds to wait.
 */
export async function limitTries(
  deps: Container,
  name: string,
  who: string,
  limit: Limit,
  onReached?: () => void,
): Promise<void> {
  if (deps.env.RATE_LIMITS === 'off') return;
  const { count, waitSeconds } = await countTry(deps, name, who, limit);
  if (count <= limit.count) return;
  if (count === limit.count + 1) {
    deps.log.warn({ event: 'limit_reached', limit: name });
    onReached?.();
  }
  throw slowDown(waitSeconds);
}

/** The try's number in its window, and how long that goes on. `who` is hashed: no address or e-mail stands in the table. */
export async function countTry(
  { store, clock }: Container,
  name: string,
  who: string,
  { seconds }: Pick<Limit, 'seconds'>,
): Promise<{ count: number; waitSeconds: number }> {
  const key = createHash('sha256').update(`${name}|${who}`).digest('base64url');
  const now = clock();
  const { count, resetAt } = await store.hit(key, seconds, now);
  return { count, waitSeconds: (resetAt.getTime() - now.getTime()) / 1000 };
}

export function slowDown(retryAfterSeconds: number): AppError {
  return new AppError('slow_down', { retryAfterSeconds });
}
