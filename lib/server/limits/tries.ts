import 'server-only';
import { createHash } from 'node:crypto';
import { AppError } from '#lib/core/errors.ts';
import type { Limit } from '#lib/core/setting-kinds.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Names the settings that are limits. */
type LimitSetting = {
  [Name in keyof ServerSettings]-?: ServerSettings[Name] extends Limit ? Name : never;
}[keyof ServerSettings];

const sharedByAll = 'Behind a proxy all people share this limit until TRUSTED_PROXY_HOPS is set.';

/**
 * Counts one try of `who` for `name` against the limit in `setting`, in the database, so that instances share the count and a restart
 * keeps it. Calls `onReached` for the first refused try of each window. Throws `slow_down` with the seconds to wait.
 */
export async function limitTries(
  deps: Container,
  name: string,
  who: string,
  setting: LimitSetting,
  onReached?: () => void,
): Promise<void> {
  if (deps.env.RATE_LIMITS === 'off') return;
  const limit = deps.env[setting];
  const { count, waitSeconds } = await countTry(deps, name, who, limit);
  if (count <= limit.count) return;
  if (count === limit.count + 1) {
    const isShared = setting.endsWith('_PER_ADDRESS') && deps.env.TRUSTED_PROXY_HOPS === 0;
    deps.log.warn({ event: 'limit_reached', limit: name, setting }, isShared ? sharedByAll : undefined);
    onReached?.();
  }
  throw slowDown(waitSeconds);
}

/** Counts a try of `who`, stored as a hash. Returns its number in its window, and the seconds until the window ends. */
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

/** Makes the 429 `slow_down`. */
export function slowDown(retryAfterSeconds: number): AppError {
  return new AppError('slow_down', { retryAfterSeconds });
}
