/** What a bad network does to calls of the API, by chance. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { isApiPath } from '#lib/core/routes.ts';
import type { Fate } from '#tests/support/proxy.ts';
import type { Dice } from './dice.ts';
import type { Ledger } from './ledger.ts';

/** How long anything is held up. Well within the grace period: a proxy that holds a repeat for longer is none of ours. */
const longestMs = 1500;
/** Of all calls. */
const share = 0.3;

export interface Weather {
  fateOf(request: IncomingMessage): Fate;
  /** At first, and again from now on, all goes as it should. */
  calm(): void;
  storm(): void;
}

type Kinds = [Fate, ...Fate[]];

export function weatherOf(dice: Dice, ledger: Ledger): Weather {
  const overtaking = new Set<() => void>();
  let isCalm = true;
  const moment = () => delay(dice.between(0, longestMs));

  /** Resolves when another answer has been delivered, with false where none was in time. */
  function overtaken(): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isOvertaken: boolean) => {
        overtaking.delete(byAnother);
        resolve(isOvertaken);
      };
      const byAnother = () => settle(true);
      overtaking.add(byAnother);
      setTimeout(() => settle(false), longestMs);
    });
  }

  function delivered(): void {
    for (const letGo of overtaking) letGo();
  }

  const cuts: Kinds = [
    {
      async sent() {
        ledger.count('requestCut');
        return false;
      },
    },
    {
      async answered() {
        ledger.count('answerCut');
        return 'none';
      },
    },
    {
      async answered() {
        ledger.count('answerHalved');
        return 'half';
      },
    },
  ];
  const others: Kinds = [
    {
      async sent() {
        ledger.count('requestLate');
        await moment();
        return true;
      },
    },
    {
      async answered() {
        ledger.count('answerLate');
        await moment();
        return 'whole';
      },
    },
    {
      async answered() {
        if (await overtaken()) ledger.count('answerOvertaken');
        return 'whole';
      },
    },
    {
      repeated() {
        ledger.count('requestTwice');
        return moment();
      },
      // Either of the two may be the first.
      async sent() {
        if (dice.chance(0.5)) await moment();
        return true;
      },
    },
  ];
  const all: Kinds = [...cuts, ...others];

  return {
    fateOf({ url = '', headers }) {
      if (isCalm || !isApiPath(url) || !dice.chance(share)) return { delivered };
      // A late answer to a navigation overwrites what the tabs have got meanwhile: docs/token-lifecycle.md names it.
      const isDocument = headers['sec-fetch-dest'] === 'document';
      return { ...dice.pick(isDocument ? cuts : all), delivered };
    },
    calm() {
      isCalm = true;
    },
    storm() {
      isCalm = false;
    },
  };
}
