import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { Frame } from '#components/shell/frame.tsx';
import { NothingHere } from '#components/shell/message-page.tsx';
import { refreshAbortSeconds } from '#lib/core/policy.ts';
import { pathHeader, paths, routeTemplate } from '#lib/core/routes.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Not found' };

/**
 * What no page answers. The middleware lets nobody get here without a session and says where here is, so that this may
 * stand inside their frame. No catch-all page calls notFound(): Next leaves such a 404 to the browser to render.
 */
export default async function NotFound() {
  const here = (await headers()).get(pathHeader);
  // Next renders this along with every page, in case that calls notFound(). What does, has one of its own.
  if (here !== null && !['other', '/_next'].includes(routeTemplate(here))) return null;
  const { user } = await requireUser(here ?? paths.tasks);
  return (
    <Frame user={user} refreshAbortSeconds={refreshAbortSeconds(serverEnv().REFRESH_GRACE_SECONDS)}>
      <NothingHere wayOut={{ href: paths.tasks, label: 'Back to the list' }} />
    </Frame>
  );
}
