'use client';

import { deadlineWords, localDay, localText, utcText } from '#components/ui/time-words.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';

interface DeadlineProps {
  /** `YYYY-MM-DD`. */
  date: string;
  today: string;
  isDone: boolean;
}

/** "tomorrow", "3 days late", with the date itself on hover. */
export function Deadline({ date, today, isDone }: DeadlineProps) {
  const isHydrated = useHydrated();
  const day = isHydrated ? localDay(new Date()) : today;
  const noon = `${date}T12:00:00`;
  const exact = isHydrated ? localText(noon, 'date') : utcText(`${noon}Z`, 'date');
  const tone = isDone || date > day ? 'text-muted' : date < day ? 'text-danger font-medium' : 'text-warn font-medium';
  return (
    <time dateTime={date} title={exact} className={`shrink-0 text-sm max-sm:w-full ${tone}`}>
      {isDone ? exact : deadlineWords(date, day)}
    </time>
  );
}
