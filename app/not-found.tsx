import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { Frame } from '#components/shell/frame.tsx';
import { NothingHere } from '#components/shell/message-page.tsx';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import { landing, pathHeader, routeTemplate } from '#lib/core/routes.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Not found' };

/**
 * Answers an address that belongs to no page, inside the frame of whoever asked: the middleware lets nobody this far without a
 * session, and says which address it is. There is no catch-all page that calls notFound(), since Next leaves rendering such a
 * 404 to the browser.
 */
export default async function NotFound() {
  const here = (await headers()).get(pathHeader);
  // Next renders this along with every page, in case the page calls notFound(). Pages that do so have their own 404 page.
  if (here !== null && !['other', '/_next'].includes(routeTemplate(here))) return null;
  const { user } = await requireUser();
  return (
    <Frame user={user} refreshAbortSeconds={refreshAbortSeconds(serverEnv().REFRESH_GRACE_SECONDS)}>
      <NothingHere wayOut={{ href: landing, label: 'Back to the app' }} />
    </Frame>
  );
}
