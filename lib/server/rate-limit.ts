import 'server-only';
import { createHash } from 'node:crypto';
import { AppError } from '#lib/core/errors.ts';
import type { Limit } from '#lib/core/settings.ts';
import type { Container } from './container.ts';

/**
 * Counts one try for `who` against a limit, in the database, so that instances share it and a restart forgets nothing.
 * `who` is hashed: an address or an e-mail never stands in the table. Throws `slow_down` with the seconds to wait.
 */
export async function limitTries(deps: Container, name: string, who: string, limit: Limit): Promise<void> {
  if (deps.env.RATE_LIMITS === 'off') return;
  const key = createHash('sha256').update(`${name}|${who}`).digest('base64url');
  const now = deps.clock();
  const { count, resetAt } = await deps.store.hit(key, limit.seconds, now);
  if (count > limit.count) throw slowDown((resetAt.getTime() - now.getTime()) / 1000);
}

export function slowDown(retryAfterSeconds: number): AppError {
  return new AppError('slow_down', { retryAfterSeconds });
}
