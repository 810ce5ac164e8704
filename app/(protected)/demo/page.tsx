import type { Metadata } from 'next';
import css from '#components/demo/demo.module.css';
import { Demo } from '#components/demo/demo.tsx';
import { fontMono } from '#components/ui/font-mono.ts';
import { PageHeading } from '#components/ui/page-heading.tsx';
import { findThrowAway, showSession } from '#lib/server/demo/throw-away.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Demo' };

export default async function DemoPage() {
  const { user, sessionId } = await requireUser();
  const own = await showSession(container(), sessionId);
  const throwAway = await findThrowAway(container(), user.id);
  return (
    <div className={`${css.wide} ${fontMono.variable}`}>
      <PageHeading
        title="Demo"
        lead="Watch your own session at work, then rob one that you can spare. Every step is a real request to this server."
      />
      <Demo own={own} throwAway={throwAway} accessTtlSeconds={serverEnv().ACCESS_TTL_SECONDS} />
    </div>
  );
}
