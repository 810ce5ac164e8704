import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { ActivityTimeline } from '#components/activity/timeline.tsx';
import { BackLink, PageHeading } from '#components/ui/page-heading.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { activityQuery } from '#lib/core/activity/contract.ts';
import { paths } from '#lib/core/routes.ts';
import { listActivity } from '#lib/server/activity/list.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';

export const metadata: Metadata = { title: 'Activity' };

function activityHref(page: number): string {
  return page > 1 ? `${paths.activity}?page=${page}` : paths.activity;
}

export default async function ActivityPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const asked = activityQuery.safeParse({ page: (await searchParams).page });
  const page = asked.success ? asked.data.page : 1;
  const { user, sessionId } = await requireUser();
  const deps = container();
  const log = await listActivity(deps, user.id, { page, size: 20 });
  const advice =
    deps.env.PASSWORD_SIGN_IN === 'on'
      ? 'change your password'
      : 'sign your other devices out, and disconnect on your account page what is not yours';
  if (log.items.length === 0 && page > 1) redirect(activityHref(Math.max(1, log.pages)));
  return (
    <>
      <BackLink href={paths.account}>Back</BackLink>
      <PageHeading
        title="Activity"
        lead={`What happened to your account, newest first. If something here was not you, ${advice}.`}
      />
      <ActivityTimeline
        events={log.items}
        sessionId={sessionId}
        providers={deps.env.OIDC_PROVIDERS.map(({ id, name }) => ({ id, name }))}
      />
      <Pager page={page} pages={log.pages} href={activityHref} />
    </>
  );
}
