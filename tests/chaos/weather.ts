/** What a bad network does to calls of the API, by chance. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isApiPath } from '#lib/core/routes.ts';
import type { Fate } from '#tests/support/proxy.ts';
import type { Dice } from './dice.ts';
import type { Ledger } from './ledger.ts';

/** How long anything is held up. Well within the grace period: a proxy that holds a repeat for longer is none of ours. */
const longestMs = 1500;
const share = 0.3;

export interface Weather {
  fateOf(request: IncomingMessage): Fate;
  /** At first, and again from now on, all goes as it should. */
  calm(): void;
  storm(): void;
}

type Kind = (outcome: Overtaking) => Fate;
/** Lets an answer wait until a later one has been delivered. */
type Overtaking = { overtaken(): Promise<boolean> };

export function weatherOf(dice: Dice, ledger: Ledger): Weather {
  const waiting = new Set<() => void>();
  let isCalm = true;
  const moment = () => delay(dice.between(0, longestMs));

  const cuts: [Kind, ...Kind[]] = [
    () => ({
      async sent() {
        ledger.count('requestCut');
        return false;
      },
    }),
    () => ({
      async answered() {
        ledger.count('answerCut');
        return 'none';
      },
    }),
    () => ({
      async answered() {
        ledger.count('answerHalved');
        return 'half';
      },
    }),
  ];
  const delays: Kind[] = [
    () => ({
      async sent() {
        ledger.count('requestLate');
        await moment();
        return true;
      },
    }),
    () => ({
      async answered() {
        ledger.count('answerLate');
        await moment();
        return 'whole';
      },
    }),
    ({ overtaken }) => ({
      async answered() {
        if (await overtaken()) ledger.count('answerOvertaken');
        return 'whole';
      },
    }),
  ];
  const twice: Kind = () => ({
    repeated() {
      ledger.count('requestTwice');
      return moment();
    },
    async sent() {
      if (dice.chance(0.5)) await moment();
      return true;
    },
  });

  const overtaking: Overtaking = {
    overtaken() {
      return new Promise((resolve) => {
        const settle = (isOvertaken: boolean) => {
          waiting.delete(byAnother);
          resolve(isOvertaken);
        };
        const byAnother = () => settle(true);
        waiting.add(byAnother);
        setTimeout(() => settle(false), longestMs);
      });
    },
  };

  return {
    fateOf({ url = '', headers }) {
      const delivered = () => {
        for (const letGo of waiting) letGo();
      };
      const isSpared = isCalm || !isApiPath(url) || !dice.chance(share);
      if (isSpared) return { delivered };
      // A late answer to a navigation overwrites what the tabs have got meanwhile: docs/token-lifecycle.md names it.
      const isDocument = headers['sec-fetch-dest'] === 'document';
      const kinds: [Kind, ...Kind[]] = isDocument ? cuts : [twice, ...cuts, ...delays];
      return { ...dice.pick(kinds)(overtaking), delivered };
    },
    calm() {
      isCalm = true;
    },
    storm() {
      isCalm = false;
    },
  };
}
