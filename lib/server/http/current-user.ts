/** Who looks at a page, for server components. */
import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { AccessRow } from '#db/store/sessions.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import type { Me } from '#lib/core/accounts/contract.ts';
import { refreshPath } from '#lib/core/routes.ts';
import { container } from '#lib/server/runtime/container.ts';
import { checkAccess } from '#lib/server/sessions/access.ts';
import { type EndedBecause, whyEnded } from '#lib/server/sessions/why-ended.ts';
import { readSessionCookies } from './cookies.ts';

export interface SignedIn {
  user: Omit<Me, 'session_id'>;
  sessionId: string;
  /** The page session is about to end: a page renews it first, and the sign-in pages must not lead to one. */
  isDue: boolean;
}

/** Finds the signed-in person, once per request; null where there is none, or the database is away. Renews nothing. */
export const getUser = cache(async (): Promise<SignedIn | null> => {
  const deps = container();
  const { pageSession } = readSessionCookies(await headers(), deps.env.APP_URL);
  const page = await deps.pageSessions.open(pageSession, deps.clock());
  if (!page) return null;
  try {
    const check = await checkAccess(deps, page.claims);
    return check.kind === 'granted' ? signedIn(check.access, page.isDue) : null;
  } catch (error) {
    if (error instanceof StoreUnavailable) return null;
    throw error;
  }
});

/**
 * Finds the signed-in person. Where there is none, sends the browser to GET refresh, which alone decides, and back to `here`;
 * while the database is away, that is a page that tries again by itself.
 */
export async function requireUser(here: string): Promise<SignedIn> {
  return (await getUser()) ?? redirect(refreshPath(here));
}

/** Tells why whoever looks is not signed in any more; null where that is not known. */
export async function whyEndedHere(): Promise<EndedBecause | null> {
  const deps = container();
  return whyEnded(deps, readSessionCookies(await headers(), deps.env.APP_URL).refresh);
}

function signedIn({ user, session }: AccessRow, isDue: boolean): SignedIn {
  const { id, email, name, createdAt } = user;
  return { user: { id, email, name, created_at: createdAt.toISOString() }, sessionId: session.id, isDue };
}
