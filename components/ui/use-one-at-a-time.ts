import { useRef, useState } from 'react';

const leavingMs = 10_000;

/**
 * Runs one piece of work at a time, and drops what is asked for meanwhile. After work that returns 'leaving', it stays busy
 * until the next document has replaced this one, or for 10 s: the way may lead to a download, or be stopped.
 */
export function useOneAtATime() {
  // Set at once. The state alone would let a second call of the same task pass, since React renders in between at the earliest.
  const isUnderWay = useRef(false);
  const [isBusy, setBusy] = useState(false);

  async function run(work: () => Promise<unknown>): Promise<void> {
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    setBusy(true);
    try {
      if ((await work()) === 'leaving') {
        setTimeout(free, leavingMs);
        return;
      }
    } catch (error) {
      free();
      throw error;
    }
    free();
  }

  function free() {
    isUnderWay.current = false;
    setBusy(false);
  }

  return { isBusy, run };
}
