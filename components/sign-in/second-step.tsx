'use client';

import { lazy, Suspense } from 'react';
import type { SecondStepFormProps } from './second-step-form.tsx';

const Form = lazy(() => import('./second-step-form.tsx'));

/** Asks for the second step. Its form is loaded only where a sign-in waits for one: most who open the page have none. */
export function SecondStep(props: SecondStepFormProps) {
  return (
    <Suspense>
      <Form {...props} />
    </Suspense>
  );
}
