'use client';

import { useEffect, useRef } from 'react';
import { lanes, StoryMoment } from '#components/landing/story.tsx';
import timeline from '#components/landing/story-timeline.module.css';
import { Button } from '#components/ui/button.tsx';
import { AppLink } from '#components/ui/link.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { DemoSession } from '#lib/core/demo/contract.ts';
import { paths } from '#lib/core/routes.ts';
import css from './demo.module.css';
import { GraceLine } from './grace.tsx';
import type { Say } from './log.tsx';
import { type Doing, useThrowAway } from './use-throw-away.ts';

/** Shows a session to be robbed: what can be done with it, for how long a replay is forgiven, and its story so far. */
export function ThrowAway({ first, say }: { first: DemoSession | null; say: Say }) {
  const { session, moments, doing, start } = useThrowAway(first, say);
  const buttons = useRef<HTMLDivElement>(null);
  const id = session?.id ?? null;
  const before = useRef(id);

  useEffect(() => {
    if (before.current === id) return;
    before.current = id;
    // The button that did it is gone; the focus goes on to what can be done next.
    buttons.current?.querySelector('button')?.focus();
  }, [id]);

  const last = moments.at(-1);
  const wasRobbed = last?.wire === 'refuse';
  return (
    <section aria-labelledby="throw-away" className="mt-12">
      <h2 id="throw-away" className="text-lg font-semibold">
        A session to rob
      </h2>
      <p className="mt-1 mb-5 max-w-[38rem] text-sm text-muted">
        A session of yours on a device that does not exist. Refresh it, use it, then come back with the old token as a
        thief would: the server cannot know that it is you.
      </p>
      <div ref={buttons} className="flex flex-wrap items-center gap-3">
        <Buttons session={session} doing={doing} isAnother={last !== undefined} onStart={start} />
      </div>
      {session && <GraceLine session={session} say={say} />}
      {wasRobbed && (
        <p className="mt-4 max-w-[44rem] rounded-md bg-danger-soft px-4 py-3 text-sm text-danger">
          The session is over, for whoever held its tokens. Yours is another one: you are still signed in.{' '}
          <AppLink href={paths.activity} className="link text-danger">
            Your activity
          </AppLink>{' '}
          has it on record.
        </p>
      )}
      {moments.length > 0 && (
        <div className={css.story}>
          <div className={timeline.picture}>
            <div className={timeline.lanes} aria-hidden="true">
              {lanes.map((lane) => (
                <span key={lane}>{lane}</span>
              ))}
            </div>
            <ol className={timeline.steps} aria-label="The story so far">
              {moments.map((moment) => (
                <StoryMoment key={moment.id} step={moment} />
              ))}
            </ol>
          </div>
        </div>
      )}
    </section>
  );
}

interface ButtonsProps {
  session: DemoSession | null;
  doing: Doing | null;
  /** True if a throw-away session has ended on this page before. */
  isAnother: boolean;
  onStart: (what: Doing) => void;
}

/** Offers what can be done with the throw-away session as it stands. */
function Buttons({ session, doing, isAnother, onStart }: ButtonsProps) {
  const isHydrated = useHydrated();
  const button = (what: Doing) => ({ isBusy: doing === what, disabled: !isHydrated, onClick: () => onStart(what) });
  if (!session) {
    return <Button {...button('make')}>{isAnother ? 'Make another' : 'Make a throw-away session'}</Button>;
  }
  const isUnused = session.confirmed_at === null;
  return (
    <>
      <Button look={session.parent === null ? 'primary' : 'secondary'} {...button('refresh')}>
        Refresh
      </Button>
      <Button look={isUnused && session.parent !== null ? 'primary' : 'secondary'} {...button('use')}>
        Use it
      </Button>
      <Button
        look={!isUnused && session.parent !== null ? 'primary' : 'secondary'}
        {...button('replay')}
        disabled={!isHydrated || session.parent === null}
        aria-describedby="grace"
      >
        Replay an old token
      </Button>
      <Button look="quiet" {...button('end')}>
        End it
      </Button>
    </>
  );
}
