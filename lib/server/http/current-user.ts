/** Finds the signed-in user of a page, for server components. */
import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { AccessRow } from '#db/store/sessions.ts';
import { StoreUnavailable } from '#db/store/store.ts';
import type { Me } from '#lib/core/accounts/contract.ts';
import { landing, pathHeader, refreshPath } from '#lib/core/routes.ts';
import { container } from '#lib/server/runtime/container.ts';
import { checkAccess } from '#lib/server/sessions/access.ts';
import { toUser } from '#lib/server/sessions/user.ts';
import { type EndedBecause, whyEnded } from '#lib/server/sessions/why-ended.ts';
import { readSessionCookies } from './cookies.ts';

export interface SignedIn {
  user: Omit<Me, 'email_verified' | 'two_step' | 'session_id'>;
  sessionId: string;
  /** True when the page session is about to end: pages renew it first, so sign-in pages must not redirect to one. */
  isDue: boolean;
}

/**
 * Returns the signed-in user; null if there is none or the database is unreachable. Renews nothing. Cached per request.
 */
export const getUser = cache(async (): Promise<SignedIn | null> => {
  const deps = container();
  const { pageSession } = readSessionCookies(await headers(), deps.env);
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
 * Returns the signed-in user, or redirects the browser to GET refresh. That renews the page session and leads back to the
 * address that was asked for, or to the login page if the session is over. While the database cannot be reached, it
 * answers a page that reloads itself.
 */
export async function requireUser(): Promise<SignedIn> {
  return (await getUser()) ?? redirect(refreshPath((await headers()).get(pathHeader) ?? landing));
}

/** Returns why the visitor's session is over, or null when that is unknown or it is not. */
export async function whyEndedHere(): Promise<EndedBecause | null> {
  const deps = container();
  return whyEnded(deps, readSessionCookies(await headers(), deps.env).refresh);
}

function signedIn({ user, session }: AccessRow, isDue: boolean): SignedIn {
  return { user: { ...toUser(user), created_at: user.createdAt.toISOString() }, sessionId: session.id, isDue };
}
