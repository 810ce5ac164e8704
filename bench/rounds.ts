/** Alternating rounds: every contender once, then again, so that what disturbs the machine disturbs all of them. */
import type { Measured } from './drive/drive.ts';
import { loadNow } from './machine.ts';

/** What a contender did in each round, by metric. */
export interface Rounds {
  /** By contender, then one entry a round. */
  values: Record<string, Record<string, number>[]>;
  /** The machine's load before each round. */
  loads: number[];
}

export interface Contender {
  name: string;
  /** Before the first round; not counted. */
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
 * Runs for `seconds`, and on until the server has answered often enough for its hot code to be compiled: on a machine that others
 * use, seconds alone may be few answers. Ends after five times as long at the latest.
 */
export async function warmUp(run: (seconds: number) => Promise<Measured>, seconds: number): Promise<void> {
  let answered = 0;
  for (let turn = 0; turn === 0 || (turn < 5 && answered < warmAnswers); turn++)
    answered += (await run(seconds)).requests;
}
const warmAnswers = 4000;

/**
 * A measurement in which every answer was right; throws where a single one was not: a fast wrong answer is no result. One that
 * ended before the first answer, on a machine with more to do, is made again.
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
