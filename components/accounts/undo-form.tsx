'use client';

import { useState } from 'react';
import { aboutThePasskey, proveByPasskey, UsePasskey } from '#components/second-factors/passkey-proof.tsx';
import { checkProof, ProofField, typedProof, useProofAsked } from '#components/second-factors/proof-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert, fieldProblem, line, type Outcome, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { aboutTheLink, useLinkSecret } from '#components/ui/use-link-secret.ts';
import { undoEmailChange } from '#lib/client/accounts/email-calls.ts';
import { paths } from '#lib/core/routes.ts';
import { checkEmail } from './check-email.ts';
import { EmailField } from './email-field.tsx';

async function takeBack(token: string, data: FormData, byPasskey: boolean): Promise<Outcome> {
  const email = line(data, 'email');
  const wrong = fieldProblem({ email: checkEmail(email), ...(byPasskey ? {} : checkProof(data)) });
  if (wrong) return wrong;
  const shown = byPasskey ? await proveByPasskey(null, { purpose: 'undo' }) : { proof: typedProof(data) };
  if ('problem' in shown) return shown.problem;
  const result = await undoEmailChange({ token, email, ...shown.proof });
  return result.ok ? 'done' : aboutThePasskey(aboutTheLink(result.error));
}

interface UndoFormProps {
  /** Says how a new password comes: by a mailed link, or from an operator; null where nobody signs in with one. */
  newPassword: 'mail' | 'operator' | null;
}

/** Brings back an address by the secret of the link that led here. */
export function UndoForm({ newPassword }: UndoFormProps) {
  const isHydrated = useHydrated();
  const { secret, isLost } = useLinkSecret();
  const [isDone, setDone] = useState(false);
  const [byPasskey, setByPasskey] = useState(false);
  const proof = useProofAsked('This account had more than a password when its address was changed');
  const send = async (data: FormData, isByPasskey: boolean) => {
    setByPasskey(isByPasskey);
    const outcome = await takeBack(secret.current, data, isByPasskey);
    if (outcome === 'done') setDone(true);
    return proof.seen(outcome);
  };
  // Where no code is taken, a passkey is all that there is.
  const { form, isBusy, problem, attempt } = useForm((data) =>
    send(data, proof.takesPasskey && proof.codes.length === 0),
  );
  if (isDone) return <Done newPassword={newPassword} />;
  if (isLost) return <FormAlert>Open the link in our mail again. This page can only be reached by it.</FormAlert>;
  return (
    <form {...form} className="grid gap-2">
      <EmailField autoComplete="off" hint="The address that our mail was sent to." errors={problem?.fields?.email} />
      {proof.codes.length > 0 && <ProofField proofs={proof.codes} problem={problem} />}
      {proof.takesPasskey && (
        <UsePasskey
          isBusy={isBusy && byPasskey}
          onClick={() => attempt(() => send(new FormData(form.ref.current ?? undefined), true))}
        />
      )}
      <ProblemAlert problem={problem} />
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy && !byPasskey}>
        {isBusy && !byPasskey ? 'Taking it back' : 'Take the address back'}
      </Button>
    </form>
  );
}

function Done({ newPassword }: UndoFormProps) {
  if (newPassword === null)
    return (
      <div role="status" className="grid gap-4">
        <p>
          The address is yours again. Every device is signed out. Sign in as before, then disconnect on your account
          page what is not yours. If your way to sign in was removed with this, our mail says so: ask whoever runs this
          site for help.
        </p>
        <p>
          <a href={`${paths.login}?next=${paths.account}`} className="link">
            Sign in
          </a>
        </p>
      </div>
    );
  return (
    <div role="status" className="grid gap-4">
      <p>
        The address is yours again. Every device is signed out, and the password is void: nobody can sign in with one
        before a new one is set.
      </p>
      {newPassword === 'mail' ? (
        <p>
          We mailed you a link to set it. No mail after a few minutes?{' '}
          <a href={paths.forgot} className="link">
            Ask for another link
          </a>
        </p>
      ) : (
        <p>Ask whoever runs this site for a link to set it.</p>
      )}
    </div>
  );
}
