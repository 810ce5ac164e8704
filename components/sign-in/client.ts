import { useEffect, useRef, useState } from 'react';
import { type AuthClient, createAuthClient } from '#lib/client/auth-client.ts';

/**
 * Makes a client for pages of somebody who is not signed in, and `goOn`, which leaves for `next`. Once another tab signs
 * in, this one goes on as well. The server never saw the fragment of the address that was asked for: browsers keep it
 * over redirects, so it is the one that this page was loaded with.
 */
export function useSignInClient(next: string): { client: AuthClient; goOn: () => void } {
  const fragment = useRef('');
  const goOn = () => location.replace(next.includes('#') ? next : next + fragment.current);
  const [client] = useState(() => createAuthClient({ onSessionChange: goOn }));
  useEffect(() => {
    // Read now: the link that skips to the content changes it.
    fragment.current = location.hash;
    client.listen();
    return client.dispose;
  }, [client]);
  return { client, goOn };
}
