'use client';

import { clockTime } from '#components/demo/words.ts';
import { localText } from '#components/ui/time-words.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';

/** A moment to the second if it was today, for the reader; in UTC from the server. */
export function Clock({ at }: { at: string }) {
  const isHydrated = useHydrated();
  const date = new Date(at);
  const isToday = isHydrated && date.toDateString() === new Date().toDateString();
  const local = isToday ? clockTime(date) : localText(at, 'time');
  return <time dateTime={at}>{isHydrated ? local : `${at.slice(11, 19)} UTC`}</time>;
}
