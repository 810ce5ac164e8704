/** Joins renewal and schedule: what follows from each outcome, and from what other tabs say. */
import type { TabMessage, Tabs } from './cross-tab.ts';
import type { Ending } from './ending.ts';
import type { Environment } from './environment.ts';
import { createRenewal, type RenewalOutcome } from './renewal.ts';
import { createSchedule, type Schedule } from './schedule.ts';
import { createSessionCalls } from './session-calls.ts';
import type { TokenStore } from './token-store.ts';

export interface KeepAlive extends Pick<Schedule, 'start' | 'stop' | 'afterToken' | 'check'> {
  /** Looks after the session now: the one renewal of this tab, shared by all who ask. Never rejects. */
  renew(): Promise<RenewalOutcome>;
  stopRenewal(): void;
  receive(message: TabMessage): void;
}

export interface KeepAliveParts {
  env: Environment;
  store: TokenStore;
  tabs: Tabs;
  ending: Ending;
  abortMs: number;
}

export function createKeepAlive({ env, store, tabs, ending, abortMs }: KeepAliveParts): KeepAlive {
  const calls = createSessionCalls(env, abortMs);
  const renewal = createRenewal({ env, store, tabs, calls, abortMs, isOver: ending.isOver, onSettled });
  const schedule = createSchedule(env, store, renew);

  async function renew(): Promise<RenewalOutcome> {
    if (ending.isOver()) return { kind: 'over' };
    return schedule.mustWait() ? { kind: 'unreachable', retryAfterSeconds: 0 } : renewal.renew();
  }

  function onSettled(outcome: RenewalOutcome): void {
    if (ending.isOver()) return;
    if (outcome.kind === 'renewed') {
      schedule.afterToken();
    } else if (outcome.kind === 'unreachable') {
      store.lose();
      schedule.afterFailure(outcome.retryAfterSeconds);
    } else if (outcome.kind === 'replaced') {
      ending.leave('signed-in');
    } else {
      tabs.post({ type: 'signed-out', ...store.claims() });
      ending.leave('signed-out');
    }
  }

  function receive(message: TabMessage): void {
    const own = store.claims();
    const isOurs = own.sessionId !== null && own.sessionId === message.sessionId;
    switch (message.type) {
      case 'stop':
        renewal.stop();
        break;
      case 'renewed':
        if (isOurs) takeOver(message);
        break;
      case 'signed-in':
        if (!isOurs) ending.leave('signed-in');
        break;
      case 'signed-out':
        if (isOurs) ending.leave('signed-out');
        // One of the two tabs does not know what its session is called; the server does.
        else if (own.sessionId === null || message.sessionId === null) void renew();
    }
  }

  function takeOver({ generation, token }: TabMessage & { type: 'renewed' }): void {
    const own = store.claims().generation;
    if (own === null || generation === null || generation <= own || !store.belongs(token)) return;
    store.adopt(token);
    schedule.afterToken();
  }

  return { ...schedule, renew, stopRenewal: renewal.stop, receive };
}
