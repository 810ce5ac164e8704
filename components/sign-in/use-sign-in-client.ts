import { useEffect, useState } from 'react';
import { type AuthClient, createAuthClient } from '#lib/client/auth-client.ts';

/** A client for the pages of somebody who is not signed in. When another tab signs in, this one goes on to `next` as well. */
export function useSignInClient(next: string): AuthClient {
  const [client] = useState(() => createAuthClient({ onSessionChange: () => location.replace(next) }));
  useEffect(() => {
    client.listen();
    return client.dispose;
  }, [client]);
  return client;
}
