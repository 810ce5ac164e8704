'use client';

import { type FunctionComponent, useEffect, useState } from 'react';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { StepUpDialogProps } from './dialog.tsx';

interface Asked extends Pick<StepUpDialogProps, 'signal' | 'onAnswer'> {
  Dialog: FunctionComponent<StepUpDialogProps>;
}

/** Asks for the password once more when a call needs a fresh sign-in. The dialog is loaded once that happens. */
export function StepUp() {
  const { client, user } = useAuth();
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(
    () =>
      client.onStepUp(async (signal) => {
        const { StepUpDialog: Dialog } = await import('./dialog.tsx');
        return new Promise((onAnswer) => setAsked({ Dialog, signal, onAnswer }));
      }),
    [client],
  );
  if (!asked || !user) return null;
  const { Dialog, signal, onAnswer } = asked;
  const answer = (isConfirmed: boolean) => {
    setAsked(null);
    onAnswer(isConfirmed);
  };
  return <Dialog client={client} email={user.email} signal={signal} onAnswer={answer} />;
}
