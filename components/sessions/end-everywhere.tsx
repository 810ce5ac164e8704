'use client';

import { useRef } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/dialog.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { sessionsApi } from '#lib/client/sessions/calls.ts';
import { paths } from '#lib/core/routes.ts';
import { announceSignOut } from './sign-out.tsx';

/** Signs out on every device, this one too. Asks first: no click can undo it. */
export function EndEverywhere() {
  const { client } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function endAll() {
    announceSignOut();
    const result = await sessionsApi(client).endAll();
    if (result.ok) {
      location.replace(paths.login);
      return 'leaving';
    }
    dialog.current?.close();
    toast({ tone: 'alert', text: `You are still signed in everywhere. ${problemWords(result.error)}` });
  }

  return (
    <>
      <Button look="secondary" onClick={() => dialog.current?.showModal()} className="text-danger">
        Sign out everywhere
      </Button>
      <ConfirmDialog
        ref={dialog}
        title="Sign out on every device?"
        confirmLabel="Sign out everywhere"
        cancelLabel="Stay signed in"
        isBusy={isBusy}
        onConfirm={() => void run(endAll)}
      >
        <p>All your sessions end at once, this one too. You have to sign in again to come back.</p>
      </ConfirmDialog>
    </>
  );
}
