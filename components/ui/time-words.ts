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

/** How long ago, in the largest unit that fits: "just now", "5 minutes ago", "2 days ago". The same in every time zone. */
export function agoWords(at: string, now: string): string {
  const passedMs = Date.parse(now) - Date.parse(at);
  const fit = units.find(({ ms }) => passedMs >= ms);
  if (!fit) return 'just now';
  const count = Math.floor(passedMs / fit.ms);
  return fit.unit === 'day' && count === 1 ? 'a day ago' : relative.format(-count, fit.unit);
}

const dayMs = 24 * 60 * minuteMs;

/** A deadline as people say it. Both are `YYYY-MM-DD`. */
export function deadlineWords(deadline: string, today: string): string {
  const days = Math.round((Date.parse(deadline) - Date.parse(today)) / dayMs);
  if (days < 0) return days === -1 ? '1 day late' : `${-days} days late`;
  if (days < 14) return relative.format(days, 'day');
  if (days < 60) return relative.format(Math.round(days / 7), 'week');
  return relative.format(Math.round(days / 30), 'month');
}

/** The calendar day where `date` is now, for the reader. */
export function localDay(date: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

type DateStyle = 'date' | 'time';

const shapes: Record<DateStyle, Intl.DateTimeFormatOptions> = {
  date: { dateStyle: 'medium' },
  time: { dateStyle: 'medium', timeStyle: 'short' },
};

/** The same everywhere and always: what the server writes. */
export function utcText(at: string, style: DateStyle): string {
  const words = new Intl.DateTimeFormat('en-GB', { ...shapes[style], timeZone: 'UTC' }).format(new Date(at));
  return style === 'time' ? `${words} UTC` : words;
}

/** The reader's own locale and zone: what the browser shows once it can. */
export function localText(at: string, style: DateStyle): string {
  return new Intl.DateTimeFormat(undefined, shapes[style]).format(new Date(at));
}
