'use client';

import { AuthHeading } from '#components/shell/auth-heading.tsx';
import { kindsOf } from '#components/sign-in/kinds.ts';
import SecondStepForm from '#components/sign-in/second-step-form.tsx';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { completeConfirmation } from '#lib/client/providers/complete.ts';
import { paths } from '#lib/core/routes.ts';
import type { SecondStepRequest } from '#lib/core/sign-in/contract.ts';

/** A step-up at a provider that waits for its second step. */
export interface WaitingStep {
  id: string;
  factors: readonly string[];
}

interface ConfirmStepProps {
  client: AuthClient;
  step: WaitingStep;
  hasPasskeys: boolean;
  /** Leaves for where the step-up leads. */
  onDone(next: string): void;
}

/** Asks somebody who has come back from a provider to confirm who they are for their second step. */
export default function ConfirmStep({ client, step, hasPasskeys, onDone }: ConfirmStepProps) {
  async function send(held: AuthClient, { remember_device: _, ...body }: SecondStepRequest) {
    const result = await completeConfirmation(held, body);
    if (result.ok) onDone(result.value);
    return result;
  }
  return (
    <>
      <AuthHeading title="One more step" lead="Confirm that it is you with your second factor." />
      <SecondStepForm
        client={client}
        secondStepId={step.id}
        kinds={kindsOf(step.factors, { hasPasskeys })}
        send={send}
        goOn={async () => 'leaving'}
        againHref={paths.account}
        mayTrust={false}
      />
    </>
  );
}
