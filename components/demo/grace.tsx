'use client';

import { useEffect, useState } from 'react';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import { useTick } from './clock.tsx';
import css from './demo.module.css';
import type { Say } from './log.tsx';
import { graceOf, graceWords } from './words.ts';

/** Shows what the session's old token is worth now, and for how much longer. */
export function GraceLine({ session, say }: { session: DemoSession; say: Say }) {
  const now = useServerNow(session);
  const grace = graceOf(session, now);
  const leftMs = grace.kind === 'nothing-old' ? 0 : grace.leftMs;
  const isTheft = grace.kind === 'used' && leftMs === 0;
  const words = graceWords(session, grace);

  useEffect(() => {
    if (isTheft) say(words);
  }, [isTheft, words, say]);

  return (
    <div className="mt-4 flex min-h-28 max-w-[44rem] items-start gap-3 rounded-md bg-sunken px-4 py-3 sm:min-h-16">
      {grace.kind !== 'nothing-old' && (
        // It stays when it is empty, so that the words stay where they are.
        <span className={css.grace}>
          <svg aria-hidden="true" viewBox="0 0 40 40">
            <circle cx="20" cy="20" r="17" className={css.track} />
            {leftMs > 0 && (
              <circle
                cx="20"
                cy="20"
                r="17"
                pathLength="100"
                className={css.left}
                strokeDashoffset={100 - leftMs / (session.grace_seconds * 10)}
              />
            )}
          </svg>
          {leftMs > 0 && (
            <span role="timer" className={css.seconds}>
              <span>{Math.ceil(leftMs / 1000)}</span>
              <span className="sr-only"> seconds of grace left</span>
            </span>
          )}
        </span>
      )}
      <p id="grace" className={`py-2.5 text-sm ${isTheft ? 'font-medium text-danger' : ''}`}>
        {words}
      </p>
    </div>
  );
}

/** Estimates the server's clock, in milliseconds: what it said last, and what has passed since by the browser's monotonic clock. */
function useServerNow(session: DemoSession): number {
  const tick = useTick(200);
  const [heard, setHeard] = useState<{ session: DemoSession; at: number } | null>(null);
  useEffect(() => setHeard({ session, at: performance.now() }), [session]);
  const passedMs = heard?.session === session && tick !== null ? Math.max(0, tick - heard.at) : 0;
  return Date.parse(session.now) + passedMs;
}
