/**
 * What was being written when a session ended, kept by the tab until the same person is back. This is the one file that
 * uses the browser's storage. It imports nothing: what is kept is text that a person typed on a page, and no more.
 */

export interface Draft {
  /** Whose it is: the user's id. */
  owner: string;
  /** The page it was typed on. */
  path: string;
  /** By the names of the form's fields. */
  fields: Record<string, string>;
}

/** On a form whose text is worth keeping. */
export const keptForm = { 'data-kept': '' } as const;

const key = 'latchkey-draft';

/** Where the browser has no storage to offer, or it is full, there are no drafts. */
function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

export function keepDraft(draft: Draft): void {
  attempt(() => sessionStorage.setItem(key, JSON.stringify(draft)), undefined);
}

export function forgetDraft(): void {
  attempt(() => sessionStorage.removeItem(key), undefined);
}

/** The fields that this person typed on this page, once. Anybody else's draft is forgotten on sight. */
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
