import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Access } from '#db/rows.ts';
import { StoreUnavailable } from '#db/store.ts';
import type { Me } from '#lib/core/contracts.ts';
import { refreshPath } from '#lib/core/routes.ts';
import { container } from '#lib/server/runtime/container.ts';
import { checkAccess } from '#lib/server/sessions/access.ts';
import { readSessionCookies } from './cookies.ts';

/** Who is signed in, for server components. */
export interface SignedIn {
  user: Omit<Me, 'session_id'>;
  sessionId: string;
  /** The page session is about to end: a page renews it first, and the sign-in pages must not lead to one. */
  isDue: boolean;
}

/** The signed-in person, or null, where the database is away too; asked once per request. Never renews anything. */
export const getUser = cache(async (): Promise<SignedIn | null> => {
  const deps = container();
  const { session: cookie } = readSessionCookies(await headers(), deps.env.APP_URL);
  const page = await deps.sessionCookies.open(cookie, deps.clock());
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
 * The signed-in person. Where there is none, the browser is sent to GET refresh, which alone decides, and back to `here`;
 * while the database is away, that is a page that tries again by itself.
 */
export async function requireUser(here: string): Promise<SignedIn> {
  return (await getUser()) ?? redirect(refreshPath(here));
}

function signedIn({ user, session }: Access, isDue: boolean): SignedIn {
  const { id, email, name, createdAt } = user;
  return { user: { id, email, name, created_at: createdAt.toISOString() }, sessionId: session.id, isDue };
}
