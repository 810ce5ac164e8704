import 'server-only';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import type { Me } from '#lib/core/contracts.ts';
import { refreshPath } from '#lib/core/routes.ts';
import { type Access, checkAccess } from './access.ts';
import { container } from './container.ts';
import { readSessionCookies } from './http/cookies.ts';

/** Who is signed in, for server components. */
export interface SignedIn {
  user: Omit<Me, 'session_id'>;
  sessionId: string;
}

/** The signed-in person, or null; asked of the database once per request. Never renews anything. */
export const getUser = cache(async (): Promise<SignedIn | null> => {
  const deps = container();
  const { session: cookie } = readSessionCookies(await headers(), deps.env.APP_URL);
  const page = await deps.sessionCookies.open(cookie, deps.clock());
  if (!page) return null;
  const check = await checkAccess(deps, page.claims);
  return check.kind === 'granted' ? signedIn(check.access) : null;
});

/** The signed-in person. Where there is none, the browser is sent to GET refresh, which alone decides, and back to `here`. */
export async function requireUser(here: string): Promise<SignedIn> {
  return (await getUser()) ?? redirect(refreshPath(here));
}

function signedIn({ user, session }: Access): SignedIn {
  const { id, email, name, createdAt } = user;
  return { user: { id, email, name, created_at: createdAt.toISOString() }, sessionId: session.id };
}
