'use client';

import { lazy, Suspense } from 'react';
import { completeSecondStep } from '#lib/client/begin-session.ts';
import { useSignInClient } from './client.ts';
import type { SecondStepFormProps } from './second-step-form.tsx';

const Form = lazy(() => import('./second-step-form.tsx'));

interface SecondStepProps extends Omit<SecondStepFormProps, 'client' | 'goOn' | 'send'> {
  /** Path to go to once signed in. The server has checked that it is one of this app's. */
  next: string;
}

/** Asks for the second step. Its form is loaded only where a sign-in waits for one: most who open the page have none. */
export function SecondStep({ next, ...rest }: SecondStepProps) {
  const { client, goOn } = useSignInClient(next);
  const leave = async () => {
    goOn();
    return 'leaving' as const;
  };
  return (
    <Suspense>
      <Form {...rest} client={client} send={completeSecondStep} goOn={leave} />
    </Suspense>
  );
}
