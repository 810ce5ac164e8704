import type { Metadata } from 'next';
import { SessionList } from '#components/sessions/list.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { PageHeading } from '#components/ui/page-heading.tsx';
import { paths } from '#lib/core/routes.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';
import { listSessions } from '#lib/server/sessions/list.ts';

export const metadata: Metadata = { title: 'Sessions' };

export default async function SessionsPage() {
  const { user, sessionId } = await requireUser();
  const sessions = await listSessions(container(), { userId: user.id, sessionId });
  const thisFirst = sessions.toSorted((a, b) => Number(b.current) - Number(a.current));
  return (
    <>
      <PageHeading
        title="Sessions"
        lead="Every place where you are signed in. End what you don't know or don't need."
      />
      <SessionList sessions={thisFirst} now={new Date().toISOString()} />
      <p className="mt-8 text-sm text-muted">
        Not sure?{' '}
        <AppLink href={paths.activity} className="link">
          See what happened lately
        </AppLink>
      </p>
    </>
  );
}
