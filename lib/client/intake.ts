/** What to make of a token that the server answered: is it the newest, does it spare a refresh, is it ours at all. */
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import { readClaims } from './claims.ts';
import type { Tabs } from './cross-tab.ts';
import type { TokenStore } from './token-store.ts';

export interface Intake {
  /** Older than a token of its session that this tab or another has had: a late answer has overwritten the cookies. */
  isBehind(token: TokenResponse): boolean;
  /** True where the token makes a refresh needless. */
  isNews(token: TokenResponse): boolean;
  /** Takes the token and hands it to the other tabs, unless the page's session ended or changed meanwhile. */
  settle(token: TokenResponse): { kind: 'renewed' | 'over' | 'replaced' };
}

export function createIntake(store: TokenStore, tabs: Tabs, isOver: () => boolean): Intake {
  function isBehind(token: TokenResponse): boolean {
    const { sessionId, generation } = readClaims(token.access_token);
    if (sessionId === null || generation === null) return false;
    const held = store.claims();
    const own = held.sessionId === sessionId ? (held.generation ?? -1) : -1;
    return generation < Math.max(own, tabs.announced(sessionId));
  }

  return {
    isBehind,
    isNews(token) {
      if (isBehind(token)) return false;
      if (!store.current() || !store.needsRenewal()) return true;
      const { sessionId, generation } = readClaims(token.access_token);
      const held = store.claims();
      return sessionId !== held.sessionId || generation !== held.generation;
    },
    settle(token) {
      if (isOver()) return { kind: 'over' };
      if (!store.belongs(token)) return { kind: 'replaced' };
      const { sessionId, generation } = store.adopt(token);
      tabs.post({ type: 'renewed', sessionId, generation, token });
      return { kind: 'renewed' };
    },
  };
}
