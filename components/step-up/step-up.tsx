'use client';

import { type FunctionComponent, useEffect, useState } from 'react';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { StepUpDialogProps } from './dialog.tsx';

type Asked = Pick<StepUpDialogProps, 'signal' | 'onAnswer'> & {
  key: number;
  Dialog: FunctionComponent<StepUpDialogProps>;
};

/** Asks for the password once more when a call needs a fresh sign-in. The dialog is loaded once that happens. */
export function StepUp() {
  const { client, user } = useAuth();
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    let key = 0;
    return client.onStepUp(async (signal) => {
      const { StepUpDialog: Dialog } = await import('./dialog.tsx');
      key += 1;
      return !signal.aborted && new Promise((onAnswer) => setAsked({ key, Dialog, signal, onAnswer }));
    });
  }, [client]);
  if (!asked || !user) return null;
  const { key, Dialog, signal, onAnswer } = asked;
  const answer = (isConfirmed: boolean) => {
    setAsked(null);
    onAnswer(isConfirmed);
  };
  return <Dialog key={key} client={client} email={user.email} signal={signal} onAnswer={answer} />;
}
