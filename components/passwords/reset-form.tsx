'use client';

import { useState } from 'react';
import {
  bothProofs,
  checkProof,
  ProofField,
  typedProof,
  useProofAsked,
} from '#components/second-factors/proof-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert, fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { aboutTheLink, useLinkSecret } from '#components/ui/use-link-secret.ts';
import { nothing } from '#lib/client/answers.ts';
import { resultOf } from '#lib/client/result.ts';
import { api, paths } from '#lib/core/routes.ts';
import { checkNewPassword } from './checks.ts';
import { NewPasswordField } from './new-field.tsx';

async function setPassword(token: string, data: FormData, minLength: number): Promise<Outcome> {
  const chosen = text(data, 'new_password');
  const wrong = fieldProblem({ new_password: checkNewPassword(chosen, minLength), ...checkProof(data) });
  if (wrong) return wrong;
  const body = JSON.stringify({ token, new_password: chosen, ...typedProof(data) });
  const headers = { 'content-type': 'application/json' };
  const result = await resultOf(() => fetch(api.passwordReset, { method: 'POST', headers, body }), nothing);
  return result.ok ? 'done' : aboutTheLink(result.error);
}

interface ResetFormProps {
  minLength: number;
  /** Leads to where a new link can be asked for. Null where only an operator makes one. */
  forgotHref: string | null;
}

/** Sets a new password by the secret of the link that led here. */
export function ResetForm({ minLength, forgotHref }: ResetFormProps) {
  const isHydrated = useHydrated();
  const { secret, isLost } = useLinkSecret();
  const [isDone, setDone] = useState(false);
  const proof = useProofAsked();
  const { form, isBusy, problem } = useForm(async (data) => {
    const outcome = await setPassword(secret.current, data, minLength);
    if (outcome === 'done') setDone(true);
    return proof.seen(outcome);
  });
  if (isDone) {
    return (
      <div role="status">
        <p className="mb-6">Your new password is set. Every device has to sign in again.</p>
        <a href={paths.login} className="link">
          Sign in with it
        </a>
      </div>
    );
  }
  if (isLost)
    return (
      <LinkAlert forgotHref={forgotHref}>
        Open the link again, where you got it. This page can only be reached by it.
      </LinkAlert>
    );
  return (
    <form {...form} className="grid gap-2">
      <NewPasswordField
        label="New password"
        name="new_password"
        minLength={minLength}
        email=""
        errors={problem?.fields?.new_password}
      />
      {proof.isAsked && <ProofField proofs={bothProofs} problem={problem} />}
      {problem?.code === 'void_link' ? (
        <LinkAlert forgotHref={forgotHref}>{problem.description}</LinkAlert>
      ) : (
        <ProblemAlert problem={problem} />
      )}
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1">
        {isBusy ? 'Setting your password' : 'Set password'}
      </Button>
    </form>
  );
}

/** Says what is wrong with the link, and leads to where there is another. */
function LinkAlert({ forgotHref, children }: { forgotHref: string | null; children: string }) {
  return (
    <FormAlert>
      <p>{children}</p>
      {forgotHref !== null && (
        <p className="mt-1">
          <a href={forgotHref} className="font-medium underline underline-offset-2">
            Get a new link
          </a>
        </p>
      )}
    </FormAlert>
  );
}
