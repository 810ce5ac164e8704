'use client';

import { clockTime } from '#components/demo/words.ts';
import { localText, utcText } from '#components/ui/time-words.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';

/** A moment to the second if it was today, for the reader; UTC and whole from the server. */
export function Clock({ at }: { at: string }) {
  const isHydrated = useHydrated();
  const date = new Date(at);
  const isToday = isHydrated && date.toDateString() === new Date().toDateString();
  const whole = isHydrated ? localText(at, 'time') : utcText(at, 'time');
  return <time dateTime={at}>{isToday ? clockTime(date) : whole}</time>;
}
