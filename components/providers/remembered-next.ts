/**
 * Remembers in this tab where a sign-in at a provider was to lead, for the case that the answer which says so is lost. The server has
 * its own copy; nothing of the sign-in itself is kept.
 */
import { safeNext } from '#lib/core/routes.ts';

const key = 'latchkey-provider-next';

export function rememberNext(next: string): void {
  attempt(() => sessionStorage.setItem(key, next));
}

/** Returns the path that was remembered, or null. */
export function rememberedNext(): string | null {
  const next = attempt(() => sessionStorage.getItem(key));
  return next ? safeNext(next) : null;
}

export function forgetNext(): void {
  attempt(() => sessionStorage.removeItem(key));
}

/** Uses the tab's storage, which a browser may forbid. */
function attempt<T>(use: () => T): T | null {
  try {
    return use();
  } catch {
    return null;
  }
}
