'use client';

import { useCallback, useState } from 'react';
import { clockTime } from '#components/demo/words.ts';

export interface LogEntry {
  id: number;
  time: string;
  text: string;
}
export type Say = (text: string) => void;

const longest = 50;

/** What has happened since the page was opened, newest first. */
export function useDemoLog(): { entries: readonly LogEntry[]; say: Say } {
  const [entries, setEntries] = useState<readonly LogEntry[]>([]);
  const say = useCallback((text: string) => {
    const time = clockTime(new Date());
    setEntries((before) => [{ id: (before[0]?.id ?? 0) + 1, time, text }, ...before].slice(0, longest));
  }, []);
  return { entries, say };
}
