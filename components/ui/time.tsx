'use client';

import { useHydrated } from './use-hydrated.ts';

/** Shows a moment: in UTC from the server, in the reader's locale and zone once the page is hydrated. */
export function Moment({ at, style = 'time' }: { at: string; style?: 'date' | 'time' }) {
  const isHydrated = useHydrated();
  return <time dateTime={at}>{isHydrated ? localText(at, style) : utcText(at, style)}</time>;
}

/** Shows how long before `now` something was, as "2 days ago", and the exact time on hover. `now` is the server's clock. */
export function Ago({ at, now }: { at: string; now: string }) {
  const isHydrated = useHydrated();
  return (
    <time dateTime={at} title={isHydrated ? localText(at, 'time') : utcText(at, 'time')}>
      {agoWords(at, now)}
    </time>
  );
}

const minuteMs = 60_000;
const units = [
  { unit: 'year', ms: 365 * 24 * 60 * minuteMs },
  { unit: 'month', ms: 30 * 24 * 60 * minuteMs },
  { unit: 'week', ms: 7 * 24 * 60 * minuteMs },
  { unit: 'day', ms: 24 * 60 * minuteMs },
  { unit: 'hour', ms: 60 * minuteMs },
  { unit: 'minute', ms: minuteMs },
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Says how long ago in the largest unit that fits: "just now", "5 minutes ago", "2 days ago". The reader's time zone plays no part. */
function agoWords(at: string, now: string): string {
  const passedMs = Date.parse(now) - Date.parse(at);
  const fit = units.find(({ ms }) => passedMs >= ms);
  if (!fit) return 'just now';
  const count = Math.floor(passedMs / fit.ms);
  return fit.unit === 'day' && count === 1 ? 'a day ago' : relative.format(-count, fit.unit);
}

type DateStyle = 'date' | 'time';

const shapes: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  date: { dateStyle: 'medium' },
  time: { dateStyle: 'medium', timeStyle: 'short' },
};

/** Writes a moment in British English and UTC, the same on every machine. */
export function utcText(at: string, style: DateStyle): string {
  const words = new Intl.DateTimeFormat('en-GB', { ...shapes[style], timeZone: 'UTC' }).format(new Date(at));
  return style === 'time' ? `${words} UTC` : words;
}

/** Writes a moment in the reader's own locale and zone. Only the browser knows them. */
export function localText(at: string, style: DateStyle): string {
  return new Intl.DateTimeFormat(undefined, shapes[style]).format(new Date(at));
}
