/**
 * Keeps in the tab what was being written when a session ended, until the same person is back. No other file uses the
 * browser's storage. This one imports nothing, so that it can reach no token.
 */

export interface Draft {
  /** Id of the user who typed it. */
  owner: string;
  /** Path of the page on which it was typed. */
  path: string;
  /** Typed texts, by the names of their fields. */
  fields: Record<string, string>;
}

const key = 'latchkey-draft';

/** Returns what `work` returns, or `otherwise` if it throws: where the browser has no storage, or it is full. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

/** Keeps a draft in place of any that was kept before. */
export function keepDraft(draft: Draft): void {
  attempt(() => sessionStorage.setItem(key, JSON.stringify(draft)), undefined);
}

/** Drops the kept draft, if there is one. */
export function forgetDraft(): void {
  attempt(() => sessionStorage.removeItem(key), undefined);
}

/**
 * Hands out, once, the fields that `owner` typed on the page at `path`, or null. Forgets a draft of anybody else on sight, and
 * leaves one of another page where it is.
 */
export function takeDraft(owner: string, path: string): Draft['fields'] | null {
  const draft = attempt(() => parse(sessionStorage.getItem(key)), null);
  if (!draft || (draft.owner === owner && draft.path !== path)) return null;
  forgetDraft();
  return draft.owner === owner ? draft.fields : null;
}

function parse(stored: string | null): Draft | null {
  const value: unknown = JSON.parse(stored ?? 'null');
  if (!isRecord(value) || !isRecord(value.fields)) return null;
  const { owner, path, fields } = value;
  if (typeof owner !== 'string' || typeof path !== 'string') return null;
  const texts = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return { owner, path, fields: Object.fromEntries(texts) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
