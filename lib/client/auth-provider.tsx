'use client';
/** Gives the client to a tree of React components. No other file of lib/client uses React. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { User } from '#lib/core/accounts/user.ts';
import { paths, publicPages } from '#lib/core/routes.ts';
import { type AuthClient, createAuthClient } from './auth-client.ts';
import type { SessionChange } from './session-keeper.ts';
import type { AuthState } from './token-store.ts';

export interface Auth {
  status: AuthState['status'];
  /** Null while loading, when signed out, and when the server was never reached. */
  user: User | null;
  client: AuthClient;
}

export interface AuthProviderProps {
  /** The person that the server rendered the page for, so that nothing flashes; null for nobody. */
  user: User | null;
  /** Seconds that one request of a refresh may take: `refreshAbortSeconds()` of lib/core/policy.ts. */
  refreshAbortSeconds: number;
  children: ReactNode;
}

const AuthContext = createContext<Auth | null>(null);

/**
 * Keeps the session alive while the page is visible. Leaves or reloads the page when the session ends, or when another
 * tab begins one. Whoever calls `signIn`, `register` or `signOut` navigates afterwards, by `location.replace`: with the
 * router, Back would show private pages from memory.
 */
export function AuthProvider({ user, refreshAbortSeconds, children }: AuthProviderProps) {
  const [{ client, initial }] = useState(() => {
    const client = createAuthClient({
      user,
      refreshAbortMs: refreshAbortSeconds * 1000,
      onSessionChange: leavePage,
    });
    return { client, initial: client.state() };
  });
  const state = useSyncExternalStore(client.subscribe, client.state, () => initial);
  useEffect(() => {
    void client.start();
    return client.dispose;
  }, [client]);
  const auth = useMemo(
    () => ({ status: state.status, user: 'user' in state ? state.user : null, client }),
    [state, client],
  );
  return <AuthContext value={auth}>{children}</AuthContext>;
}

/** Returns who is signed in, and the client to make calls with. Throws outside an AuthProvider. */
export function useAuth(): Auth {
  const auth = useContext(AuthContext);
  if (!auth) throw new Error('useAuth() needs an <AuthProvider> above it.');
  return auth;
}

function leavePage(change: SessionChange): void {
  if (change === 'signed-in' || publicPages.includes(location.pathname)) location.reload();
  else {
    // The server checks `next` when it reads it.
    const next = encodeURIComponent(location.pathname + location.search);
    location.replace(`${paths.login}?next=${next}${location.hash}`);
  }
}
