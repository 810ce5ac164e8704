'use client';

import css from '#components/demo/demo.module.css';
import { useTick } from '#components/demo/use-tick.ts';
import type { TokenLife } from '#lib/client/token-store.ts';

/** The access token as a ring that empties, with the seconds it has left. */
export function TokenRing({ life }: { life: TokenLife | null }) {
  const now = useTick(250);
  const leftMs = life && now !== null ? Math.max(0, life.expiresAt - now) : 0;
  const share = life ? Math.min(1, leftMs / (life.expiresAt - life.receivedAt)) : 0;
  const isLow = life !== null && now !== null && now >= life.refreshAt;
  return (
    <span className={css.ring} data-low={isLow}>
      <svg aria-hidden="true" viewBox="0 0 80 80">
        <circle cx="40" cy="40" r="36" className={css.track} />
        <circle cx="40" cy="40" r="36" pathLength="100" className={css.left} strokeDashoffset={100 * (1 - share)} />
      </svg>
      <span role="timer" className={css.seconds}>
        {life ? countdown(leftMs) : '–'}
        <span className="sr-only"> left</span>
      </span>
    </span>
  );
}

/** "4:05" from a minute on, "9 s" below. */
function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
