import { useEffect, useState } from 'react';
import { type AuthClient, createAuthClient } from '#lib/client/auth-client.ts';

/** Makes a client for pages of somebody who is not signed in. Once another tab signs in, this one goes on to `next` as well. */
export function useSignInClient(next: string): AuthClient {
  const [client] = useState(() => createAuthClient({ onSessionChange: () => location.replace(next) }));
  useEffect(() => {
    client.listen();
    return client.dispose;
  }, [client]);
  return client;
}
