/**
 * Measures in alternating rounds: every contender once, then again, so that what disturbs the machine disturbs all of
 * them.
 */
import type { Measured } from './drive/drive.ts';
import { loadNow } from './machine.ts';

/** Measurements of all contenders. */
export interface Rounds {
  /** Metrics by contender, one entry for each round. */
  values: Record<string, Record<string, number>[]>;
  /** Load of the machine before each round. */
  loads: number[];
}

export interface Contender {
  name: string;
  /** Runs before the first round, and is not measured. */
  warmUp?(): Promise<unknown>;
  measure(): Promise<Record<string, number>>;
}

export async function alternate(contenders: Contender[], rounds: number): Promise<Rounds> {
  for (const { warmUp } of contenders) await warmUp?.();
  const values: Rounds['values'] = Object.fromEntries(contenders.map(({ name }) => [name, []]));
  const loads: number[] = [];
  for (let round = 0; round < rounds; round++) {
    loads.push(loadNow());
    for (const { name, measure } of contenders) values[name]?.push(await measure());
  }
  return { values, loads };
}

/**
 * Runs for `seconds`, and again until the server has answered often enough for its hot code to be compiled: on a
 * machine that others use, the seconds alone may bring few answers. Ends after five times `seconds` at the latest.
 */
export async function warmUp(run: (seconds: number) => Promise<Measured>, seconds: number): Promise<void> {
  let answered = 0;
  for (let turn = 0; turn === 0 || (turn < 5 && answered < warmAnswers); turn++)
    answered += (await run(seconds)).requests;
}
const warmAnswers = 4000;

/**
 * Measures, and throws if a single answer was wrong: a fast wrong answer is no result. Measures again if the time was
 * up before the first answer came, on a machine with more to do; throws after ten such times.
 */
export async function checked<T extends Measured>(who: string, measure: () => Promise<T>): Promise<T> {
  for (let turn = 0; turn < 10; turn++) {
    const result = await measure();
    const { requests, failed, problem } = result;
    if (failed > 0) throw new Error(`${who}: ${failed} of ${requests} answers were wrong. The first: ${problem}`);
    if (requests > 0) return result;
  }
  throw new Error(`${who} does not answer.`);
}
