/**
 * Limits the round trip of an answer that corrects the clock, in milliseconds: a correction is off by half of it at most.
 * The first answer sets the clock however long it took.
 */
const longestRoundTripMs = 250;

/** The database's clock, told by this process. */
export interface DatabaseClock {
  /** Returns the database's time, without asking it. Throws if `sync` has never succeeded. */
  now(): Date;

  /** Asks the database for its time. If that fails, throws the error, and the clock goes on as before. */
  sync(): Promise<void>;
}

/**
 * Makes a `DatabaseClock`. It adds the time that has passed in this process to the last answer of `ask`, which is in
 * milliseconds since 1970. `passed` counts milliseconds and never steps back, so that a correction of the machine's own
 * clock changes nothing.
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
