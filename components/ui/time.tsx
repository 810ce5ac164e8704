'use client';

import { agoWords, localText, utcText } from '#components/ui/time-words.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';

/** A moment: UTC from the server, the reader's locale and zone once the page is alive. */
export function Moment({ at, style = 'time' }: { at: string; style?: 'date' | 'time' }) {
  const isHydrated = useHydrated();
  return <time dateTime={at}>{isHydrated ? localText(at, style) : utcText(at, style)}</time>;
}

/** "2 days ago" as of `now`, the server's clock when it rendered; the exact time on hover. */
export function Ago({ at, now }: { at: string; now: string }) {
  const isHydrated = useHydrated();
  return (
    <time dateTime={at} title={isHydrated ? localText(at, 'time') : utcText(at, 'time')}>
      {agoWords(at, now)}
    </time>
  );
}
