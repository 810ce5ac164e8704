'use client';

import { useEffect, useState } from 'react';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import { LiveSession } from './live-session.tsx';
import { DemoLog, useDemoLog } from './log.tsx';
import { ThrowAway } from './throw-away.tsx';
import { useLiveSession } from './use-live-session.ts';

interface DemoProps {
  /** Row of the reader's own session, as it was when the page was rendered. */
  own: DemoSession;
  throwAway: DemoSession | null;
  accessTtlSeconds: number;
}

/** Shows the reader's own session live, a session to rob, and what happens to both in words. */
export function Demo({ own, throwAway, accessTtlSeconds }: DemoProps) {
  const { client } = useAuth();
  const { entries, say } = useDemoLog();
  const [lifeSeconds, setLifeSeconds] = useState<number | null>(null);
  const live = useLiveSession(own, lifeSeconds !== null, say);

  useEffect(() => (lifeSeconds === null ? undefined : client.shortenLife(lifeSeconds)), [client, lifeSeconds]);

  function choose(seconds: number | null) {
    setLifeSeconds(seconds);
    if (seconds !== null) say(`Access tokens live ${seconds}\u00a0s on this page.`);
    else say(`From the next refresh on, access tokens live ${accessTtlSeconds}\u00a0s again.`);
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

interface LifeChoiceProps {
  /** Lifetime of the access tokens that the server issues. */
  issuedSeconds: number;
  /** Seconds that were chosen; null while tokens live as long as they were issued for. */
  chosen: number | null;
  onChoose: (seconds: number | null) => void;
}

const shorter = [15, 5] as const;

/** Lets the reader choose how long an access token is used on this page: as long as it was issued for, or less. */
function LifeChoice({ issuedSeconds, chosen, onChoose }: LifeChoiceProps) {
  const choices = [null, ...shorter.filter((seconds) => seconds < issuedSeconds)];
  return (
    <fieldset className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <legend className="contents">
        <span className="text-sm">Access token’s life, on this page only</span>
      </legend>
      <div className="flex rounded-md border p-0.5">
        {choices.map((seconds) => (
          <label
            key={seconds ?? 'issued'}
            className="inline-flex min-h-9 cursor-pointer items-center rounded-sm px-3 text-sm text-muted tabular-nums transition-colors hover:text-ink has-checked:bg-accent-soft has-checked:font-medium has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name="life"
              className="sr-only"
              checked={chosen === seconds}
              onChange={() => onChoose(seconds)}
            />
            <span>{`${seconds ?? issuedSeconds} s`}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
