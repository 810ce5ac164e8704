/** Has the person confirm who they are, when the server asks for that: once for all calls that wait for it. */
import { abortable } from './abortable.ts';
import type { Environment } from './environment.ts';

/**
 * Asks the person to confirm who they are, by `stepUp` of step-up.ts. Resolves to whether they did. Gives up when `signal`
 * aborts: nothing waits for the answer any more. `factors` are those that the server takes, a provider as
 * `provider:<id>`, as far as it has said so.
 */
export type Confirm = (signal: AbortSignal, factors?: readonly string[]) => Promise<boolean>;

export interface Confirmation {
  /** Says who asks. Returns the function that undoes it. */
  use(confirm: Confirm): () => void;
  /**
   * Resolves to whether the person has confirmed, with `factors`. Asks nobody where they gave up after `since`, and where nobody can ask.
   * Rejects when `signal` aborts.
   */
  ask(since: number, signal?: AbortSignal | null, factors?: readonly string[]): Promise<boolean>;
}

interface Asking {
  answer: Promise<boolean>;
  callers: number;
  given: AbortController;
}

export function createConfirmation(env: Environment): Confirmation {
  let confirm: Confirm | null = null;
  let asking: Asking | null = null;
  let gaveUpAt = Number.NEGATIVE_INFINITY;

  async function begin(signal: AbortSignal, factors?: readonly string[]): Promise<boolean> {
    // What fails to ask, such as a dialog whose script cannot be loaded, has no answer: that is none that lets on.
    const isConfirmed = await confirm?.(signal, factors).catch(() => false);
    if (!isConfirmed && !signal.aborted) gaveUpAt = env.now();
    return isConfirmed === true;
  }

  return {
    use(next) {
      confirm = next;
      return () => {
        if (confirm === next) confirm = null;
      };
    },
    async ask(since, signal, factors) {
      if (since < gaveUpAt) return false;
      if (!asking) {
        const given = new AbortController();
        asking = { answer: begin(given.signal, factors), callers: 0, given };
      }
      const mine = asking;
      mine.callers += 1;
      try {
        return await abortable(mine.answer, signal);
      } finally {
        mine.callers -= 1;
        if (mine.callers === 0) {
          mine.given.abort();
          if (asking === mine) asking = null;
        }
      }
    },
  };
}
