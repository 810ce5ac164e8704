'use client';

import { type ReactNode, useState } from 'react';
import { lanes } from '#components/landing/story.tsx';
import held from '#components/landing/story-held.module.css';
import { Moment } from '#components/ui/time.tsx';
import type { TokenLife } from '#lib/client/token-store.ts';
import { Clock, useTick } from './clock.tsx';
import css from './demo.module.css';
import type { LiveSession as Live } from './use-live-session.ts';

/** Shows the reader's own session across the three lanes of the story, as it stands now. */
export function LiveSession({ row, life, children }: Live & { children: ReactNode }) {
  const generation = life?.generation ?? row.head;
  const [first] = useState(generation);
  const [memory, cookie, database] = lanes;
  return (
    <section aria-labelledby="live-session" className="rounded-md border bg-raised">
      <h2 id="live-session" className="border-b px-4 py-3 text-sm">
        <strong className="font-semibold">Your session, now.</strong>{' '}
        <span className="text-muted">What this browser holds, and what the server knows.</span>
      </h2>
      <div className={css.lanes}>
        <Lane name={memory} note="Access token">
          <TokenRing life={life} />
        </Lane>
        <Lane name={cookie} note="Refresh token">
          <span className={held.token}>
            <span className="sr-only">token </span>
            <span>{generation}</span>
          </span>
        </Lane>
        <Lane name={database} note={row.parent === null ? 'no parent' : `parent ${row.parent}`}>
          {/* Each new key plays the animation once: the token goes over, its successor comes back. */}
          <span key={generation} aria-hidden className={css.wire} data-passes={generation !== first} />
          <span className={held.row}>{`head ${row.head}`}</span>
        </Lane>
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3 border-t px-4 py-4 text-sm sm:grid-cols-4">
        <Fact name="Refreshed">
          <Clock at={row.exchanged_at} />
        </Fact>
        <Fact name="Confirmed">{row.confirmed_at === null ? 'not yet' : <Clock at={row.confirmed_at} />}</Fact>
        <Fact name="Ends, if unused">
          <Moment at={row.idle_expires_at} style="date" />
        </Fact>
        <Fact name="Ends in any case">
          <Moment at={row.expires_at} style="date" />
        </Fact>
      </dl>
      <div className="border-t px-4 py-3">{children}</div>
    </section>
  );
}

function Lane({ name, note, children }: { name: string; note: string; children: ReactNode }) {
  return (
    <div className={css.lane}>
      <h3 className="text-xs text-muted">{name}</h3>
      <div className={css.held}>{children}</div>
      <p className="text-xs text-muted tabular-nums">{note}</p>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-xs text-muted">{name}</dt>
      <dd className="tabular-nums">{children}</dd>
    </div>
  );
}

/** Draws the access token as a ring that empties, around the time it has left. */
function TokenRing({ life }: { life: TokenLife | null }) {
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
        <span>{life ? countdown(leftMs) : '–'}</span>
        <span className="sr-only"> left</span>
      </span>
    </span>
  );
}

/** Writes a time left: "4:05" from a minute on, "9 s" below. */
function countdown(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
