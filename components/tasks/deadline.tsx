'use client';

import { useHydrated } from '#components/ui/use-hydrated.ts';

interface DeadlineProps {
  /** Has the form `YYYY-MM-DD`, like `today`. */
  date: string;
  today: string;
  isDone: boolean;
}

/** Shows a deadline as "tomorrow" or "3 days late", and the date itself on hover. A task that is done shows the date only. */
export function Deadline({ date, today, isDone }: DeadlineProps) {
  const isHydrated = useHydrated();
  const day = isHydrated ? localDay(new Date()) : today;
  const exact = dateText(date, isHydrated ? undefined : 'en-GB');
  const tone = isDone || date > day ? 'text-muted' : date < day ? 'text-danger font-medium' : 'text-warn font-medium';
  return (
    <time dateTime={date} title={exact} className={`shrink-0 text-sm max-sm:w-full ${tone}`}>
      {isDone ? exact : deadlineWords(date, day)}
    </time>
  );
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dayMs = 24 * 60 * 60 * 1000;

/** Says how far a deadline is from today, as people do. Both days have the form `YYYY-MM-DD`. */
function deadlineWords(deadline: string, today: string): string {
  const days = Math.round((Date.parse(deadline) - Date.parse(today)) / dayMs);
  if (days < 0) return days === -1 ? '1 day late' : `${-days} days late`;
  if (days < 14) return relative.format(days, 'day');
  if (days < 60) return relative.format(Math.round(days / 7), 'week');
  return relative.format(Math.round(days / 30), 'month');
}

/** Writes a day, given as `YYYY-MM-DD`, in the words of a locale: the reader's own unless one is named. */
function dateText(day: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(new Date(day));
}

/** Returns the reader's calendar day at a moment, as `YYYY-MM-DD`. */
function localDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
