'use client';

import { useEffect, useState } from 'react';
import { DemoLog } from '#components/demo/demo-log.tsx';
import { LifeChoice } from '#components/demo/life-choice.tsx';
import { LiveSession } from '#components/demo/live-session.tsx';
import { ThrowAway } from '#components/demo/throw-away.tsx';
import { useDemoLog } from '#components/demo/use-demo-log.ts';
import { useLiveSession } from '#components/demo/use-live-session.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { DemoSession } from '#lib/core/demo/contract.ts';

interface DemoProps {
  /** The row of the session that looks, as the page was rendered. */
  own: DemoSession;
  throwAway: DemoSession | null;
  accessTtlSeconds: number;
}

/** One's own session, live; a session to rob; and what happens to both, in words. */
export function Demo({ own, throwAway, accessTtlSeconds }: DemoProps) {
  const { client } = useAuth();
  const { entries, say } = useDemoLog();
  const [lifeSeconds, setLifeSeconds] = useState<number | null>(null);
  const live = useLiveSession(own, lifeSeconds !== null, say);

  useEffect(() => (lifeSeconds === null ? undefined : client.shortenLife(lifeSeconds)), [client, lifeSeconds]);

  function choose(seconds: number | null) {
    setLifeSeconds(seconds);
    if (seconds !== null) say(`Access tokens live ${seconds}\u00a0s on this page.`);
    else say(`From the next renewal on, access tokens live ${accessTtlSeconds}\u00a0s again.`);
  }

  return (
    <>
      <div className="grid items-start gap-6 lg:grid-cols-[1fr_22rem]">
        <LiveSession {...live}>
          <LifeChoice issuedSeconds={accessTtlSeconds} chosen={lifeSeconds} onChoose={choose} />
        </LiveSession>
        <DemoLog entries={entries} />
      </div>
      <ThrowAway first={throwAway} say={say} />
    </>
  );
}
