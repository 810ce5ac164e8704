'use client';

import { useState } from 'react';
import { toast } from '#components/shell/toast-store.ts';
import { Button } from '#components/ui/button.tsx';
import { problemWords } from '#components/ui/problem-words.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { paths } from '#lib/core/routes.ts';
import { announceSignOut } from './sign-out-news.ts';

/** Ends the session, then leaves by a document navigation: Back must not show private pages from memory. */
export function SignOutButton() {
  const { client } = useAuth();
  const [isBusy, setBusy] = useState(false);

  async function signOut() {
    if (isBusy) return;
    setBusy(true);
    announceSignOut();
    const result = await client.signOut();
    if (result.ok) return location.replace(paths.login);
    setBusy(false);
    toast({ tone: 'alert', text: `You are still signed in. ${problemWords(result.error)}` });
  }

  return (
    <Button look="quiet" size="small" isBusy={isBusy} onClick={() => void signOut()} className="-mr-3">
      Sign out
    </Button>
  );
}
