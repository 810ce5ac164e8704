import { useEffect, useRef } from 'react';
import type { CompleteRequest } from '#lib/core/providers/contract.ts';

/** The parameters that a provider sent, taken out of the address. */
export interface ReturnedFragment {
  provider: string;
  /** Null for an answer that was not one: doubled, or too long. */
  body: CompleteRequest | null;
}

/** Takes what a provider sent out of the address before anything else, and calls `take` with it: with null where there is nothing. */
export function useReturned(take: (returned: ReturnedFragment | null) => void): void {
  const isTaken = useRef(false);
  useEffect(() => {
    if (isTaken.current) return;
    isTaken.current = true;
    const fragment = location.hash.slice(1);
    history.replaceState(history.state, '', location.pathname);
    take(readFragment(fragment));
  });
}

/** Reads the fragment that the callback wrote. Returns null for any other. */
function readFragment(fragment: string): ReturnedFragment | null {
  const parameters = new URLSearchParams(fragment);
  const provider = parameters.get('provider');
  const state = parameters.get('state');
  if (provider === null) return null;
  const more = ['code', 'iss', 'error'].flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { provider, body: state === null ? null : { state, ...Object.fromEntries(more) } };
}
