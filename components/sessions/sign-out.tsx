'use client';

import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { paths } from '#lib/core/routes.ts';

const name = 'latchkey-sign-out';

/** Tells every tab of this browser, this one too, that somebody signs out. Call it before the request. */
export function announceSignOut(): void {
  window.dispatchEvent(new Event(name));
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

/** Calls `listener` whenever somebody signs out in a tab of this browser. Returns the function that stops it. */
export function onSignOut(listener: () => void): () => void {
  window.addEventListener(name, listener);
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  if (channel) channel.onmessage = listener;
  return () => {
    window.removeEventListener(name, listener);
    channel?.close();
  };
}

/** Ends the session, then leaves by a document navigation: after one by the router, Back would show private pages from memory. */
export function SignOutButton() {
  const { client } = useAuth();
  const { isBusy, run } = useOneAtATime();

  async function signOut() {
    announceSignOut();
    const result = await client.signOut();
    if (result.ok) {
      location.replace(result.value ?? paths.login);
      return 'leaving';
    }
    toast({ tone: 'alert', text: `You are still signed in. ${problemWords(result.error)}` });
  }

  return (
    <Button look="quiet" size="small" isBusy={isBusy} onClick={() => void run(signOut)} className="-mr-3">
      Sign out
    </Button>
  );
}
