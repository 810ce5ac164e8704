'use client';

import { useEffect, useState } from 'react';

/** `performance.now()`, read again every `everyMs`; null until the page is alive. */
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
