'use client';

import { useCallback, useState } from 'react';
import { clockTime } from './clock.tsx';

interface LogEntry {
  id: number;
  time: string;
  text: string;
}
export type Say = (text: string) => void;

const longest = 50;

/** Keeps the last 50 messages since the page was opened, the newest first. `say` adds one. */
export function useDemoLog(): { entries: readonly LogEntry[]; say: Say } {
  const [entries, setEntries] = useState<readonly LogEntry[]>([]);
  const say = useCallback((text: string) => {
    const time = clockTime(new Date());
    setEntries((before) => [{ id: (before[0]?.id ?? 0) + 1, time, text }, ...before].slice(0, longest));
  }, []);
  return { entries, say };
}

/** Shows the messages, the newest first. Screen readers read new ones out politely. */
export function DemoLog({ entries }: { entries: readonly LogEntry[] }) {
  return (
    <section
      aria-labelledby="demo-log"
      className="flex h-64 flex-col rounded-md border bg-raised lg:h-full lg:max-h-none"
    >
      <h2 id="demo-log" className="border-b px-4 py-3 text-sm font-semibold">
        What happens
      </h2>
      <div
        role="log"
        aria-labelledby="demo-log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
        tabIndex={0}
        className="min-h-0 flex-1 basis-0 overflow-y-auto rounded-b-md px-4 py-3 -outline-offset-2"
      >
        <ol className="grid gap-2.5 text-sm">
          {entries.map(({ id, time, text }) => (
            <li key={id} className="grid grid-cols-[auto_1fr] gap-x-3">
              <span className="font-mono text-xs leading-5 text-muted">{time}</span>
              <span>{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
