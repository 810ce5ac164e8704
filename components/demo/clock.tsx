'use client';

import { useEffect, useState } from 'react';
import { localText } from '#components/ui/time.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';

/** Writes a time of day to the second, as "09:12:03", in the reader's zone. */
export function clockTime(date: Date): string {
  return date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}

/**
 * Shows a moment in the reader's zone: a time of day to the second if it is today, else date and minute. The server's
 * HTML has the time of day in UTC.
 */
export function Clock({ at }: { at: string }) {
  const isHydrated = useHydrated();
  const date = new Date(at);
  const isToday = isHydrated && date.toDateString() === new Date().toDateString();
  const local = isToday ? clockTime(date) : localText(at, 'time');
  return <time dateTime={at}>{isHydrated ? local : `${at.slice(11, 19)} UTC`}</time>;
}

/** Reads `performance.now()` again every `everyMs`. Returns null until the page has mounted. */
export function useTick(everyMs: number): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const read = () => setNow(performance.now());
    read();
    const timer = setInterval(read, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
