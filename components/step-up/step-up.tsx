'use client';

import { type FunctionComponent, useEffect, useState } from 'react';
import { useAuth } from '#lib/client/auth-provider.tsx';
import type { StepUpDialogProps } from './dialog.tsx';

type Asked = Pick<StepUpDialogProps, 'factors' | 'providers' | 'signal' | 'onAnswer'> & {
  key: number;
  Dialog: FunctionComponent<StepUpDialogProps>;
};

/** Asks once more who somebody is when a call needs a fresh sign-in. The dialog is loaded once that happens. */
export function StepUp() {
  const { client, user } = useAuth();
  const [asked, setAsked] = useState<Asked | null>(null);
  useEffect(() => {
    let key = 0;
    return client.onStepUp(async (signal, factors = ['password']) => {
      const { StepUpDialog: Dialog, namedProviders } = await import('./dialog.tsx');
      const providers = await namedProviders(client, factors);
      key += 1;
      const asked = { key, Dialog, factors, providers, signal };
      return !signal.aborted && new Promise((onAnswer) => setAsked({ ...asked, onAnswer }));
    });
  }, [client]);
  if (!asked || !user) return null;
  const { key, Dialog, onAnswer, ...rest } = asked;
  const answer = (isConfirmed: boolean) => {
    setAsked(null);
    onAnswer(isConfirmed);
  };
  return <Dialog key={key} {...rest} client={client} email={user.email} onAnswer={answer} />;
}
