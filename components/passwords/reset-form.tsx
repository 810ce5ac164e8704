'use client';

import { useState } from 'react';
import { aboutThePasskey, proveByPasskey, UsePasskey } from '#components/second-factors/passkey-proof.tsx';
import { checkProof, ProofField, typedProof, useProofAsked } from '#components/second-factors/proof-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert, fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { aboutTheLink, useLinkSecret } from '#components/ui/use-link-secret.ts';
import { nothing } from '#lib/client/answers.ts';
import { resultOf } from '#lib/client/result.ts';
import { api, paths } from '#lib/core/routes.ts';
import { checkNewPassword } from './checks.ts';
import { NewPasswordField } from './new-field.tsx';

interface Sending {
  token: string;
  minLength: number;
  /** True to show a passkey in the place of a code. */
  byPasskey: boolean;
}

async function setPassword(data: FormData, { token, minLength, byPasskey }: Sending): Promise<Outcome> {
  const chosen = text(data, 'new_password');
  const codeProblems = byPasskey ? {} : checkProof(data);
  const wrong = fieldProblem({ new_password: checkNewPassword(chosen, minLength), ...codeProblems });
  if (wrong) return wrong;
  const shown = byPasskey ? await proveByPasskey(null, { purpose: 'reset' }) : { proof: typedProof(data) };
  if ('problem' in shown) return shown.problem;
  const remove_ways_in = data.has('remove_ways_in');
  const body = JSON.stringify({ token, new_password: chosen, remove_ways_in, ...shown.proof });
  const headers = { 'content-type': 'application/json' };
  const result = await resultOf(() => fetch(api.passwordReset, { method: 'POST', headers, body }), nothing);
  return result.ok ? 'done' : aboutThePasskey(aboutTheLink(result.error));
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
  const [byPasskey, setByPasskey] = useState(false);
  const proof = useProofAsked('Two-step sign-in is on for this account');
  const send = async (data: FormData, isByPasskey: boolean) => {
    setByPasskey(isByPasskey);
    const outcome = await setPassword(data, { token: secret.current, minLength, byPasskey: isByPasskey });
    if (outcome === 'done') setDone(true);
    return proof.seen(outcome);
  };
  // Where no code is taken, a passkey is all that there is.
  const { form, isBusy, problem, attempt } = useForm((data) =>
    send(data, proof.takesPasskey && proof.codes.length === 0),
  );
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
      {proof.codes.length > 0 && <ProofField proofs={proof.codes} problem={problem} />}
      {proof.takesPasskey && (
        <UsePasskey
          isBusy={isBusy && byPasskey}
          onClick={() => attempt(() => send(new FormData(form.ref.current ?? undefined), true))}
        />
      )}
      <RemoveWaysIn />
      {problem?.code === 'void_link' ? (
        <LinkAlert forgotHref={forgotHref}>{problem.description}</LinkAlert>
      ) : (
        <ProblemAlert problem={problem} />
      )}
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy && !byPasskey} className="mt-1">
        {isBusy && !byPasskey ? 'Setting your password' : 'Set password'}
      </Button>
    </form>
  );
}

/** Offers to remove what others may have added to the account. */
function RemoveWaysIn() {
  return (
    <div className="mb-2">
      <label className="flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          name="remove_ways_in"
          className="tick size-5 shrink-0"
          aria-describedby="remove-ways-in-hint"
        />
        Also remove all passkeys and other ways to sign in
      </label>
      <p id="remove-ways-in-hint" className="text-xs text-muted">
        For when somebody else may have got into your account. A passkey that you use here stays, and so does your
        authenticator app.
      </p>
    </div>
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
