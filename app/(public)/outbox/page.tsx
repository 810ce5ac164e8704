import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { Outbox } from '#components/mail/outbox.tsx';
import { SiteHeader } from '#components/shell/site-header.tsx';
import { ownMachineHeader } from '#lib/core/routes.ts';
import { hasOutboxPage } from '#lib/core/settings.ts';
import { listUnsentMails } from '#lib/server/mail/list.ts';
import { container } from '#lib/server/runtime/container.ts';
import { isBehindOwnServer } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Outbox' };

/** Shows the mails that nobody sends, to whoever sits at the server's own machine. For all others there is no such page. */
export default async function OutboxPage() {
  const deps = container();
  const isHere = isBehindOwnServer() && (await headers()).has(ownMachineHeader);
  if (!isHere || !hasOutboxPage(deps.env)) notFound();
  const mails = await listUnsentMails(deps);
  return (
    <>
      <SiteHeader />
      <main id="content" tabIndex={-1} className="mx-auto w-full max-w-2xl flex-1 px-4 pt-8 pb-12 sm:px-6">
        <h1 className="text-2xl font-semibold">Outbox</h1>
        <p className="mt-2 mb-8 text-muted">
          This app has no mail server yet, so its mails stay here, the newest first. Only this machine can open this
          page.
        </p>
        <Outbox mails={mails} />
      </main>
    </>
  );
}
