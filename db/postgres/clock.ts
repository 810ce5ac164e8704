/** A sample that took longer is not believed: half of it is the most that the clock may be off by. */
const longestRoundTripMs = 250;

export interface DatabaseClock {
  now(): Date;
  /** Asks the database. Throws what `ask` throws; the clock then goes on as before. */
  sync(): Promise<void>;
}

/**
 * The database's clock as this process can tell it without asking: what it said once, and the time that has passed here since.
 * `passed` is monotonic, so that a step of the machine's own clock changes nothing. Ask before the first use.
 */
export function databaseClock(
  ask: () => Promise<number>,
  passed: () => number = () => performance.now(),
): DatabaseClock {
  let zero: number | undefined;
  return {
    now() {
      if (zero === undefined) throw new Error('The database has not been asked for the time yet.');
      return new Date(Math.round(zero + passed()));
    },
    async sync() {
      const before = passed();
      const told = await ask();
      const after = passed();
      if (zero === undefined || after - before <= longestRoundTripMs) zero = told - (before + after) / 2;
    },
  };
}
