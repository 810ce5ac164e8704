/** How this page's session can end, and that it ends once. */
import type { TokenStore } from './token-store.ts';

/** The session of this page is over, or another one has begun in this browser. */
export type SessionChange = 'signed-out' | 'signed-in';

export interface Ending {
  /** Nothing more is asked in this page's name. */
  isOver(): boolean;
  /** Tells the page, unless nobody was signed in here and nobody is now. */
  leave(change: SessionChange): void;
}

export function createEnding(store: TokenStore, onSessionChange: (change: SessionChange) => void): Ending {
  let replaced = false;
  const isOver = () => replaced || store.state().status === 'signed-out';

  return {
    isOver,
    leave(change) {
      if (replaced) return;
      const wasSignedIn = store.user() !== null;
      if (change === 'signed-in') {
        // What is shown stays until the other session's page replaces it: no flash of a signed-out one between.
        replaced = true;
        store.forget();
      } else {
        store.clear();
      }
      if (wasSignedIn || replaced) onSessionChange(change);
    },
  };
}
