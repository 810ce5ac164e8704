'use client';

import { useEffect, useRef, useState } from 'react';
import { checkPresent } from '#components/passwords/checks.ts';
import {
  aboutThePasskey,
  proveByPasskey,
  UsePasskey,
  useGoneSignal,
} from '#components/second-factors/passkey-proof.tsx';
import {
  checkProof,
  codeKinds,
  isProofWrong,
  ProofField,
  typedProof,
} from '#components/second-factors/proof-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { PasswordField } from '#components/ui/field.tsx';
import { fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { askProviders } from '#lib/client/providers/list.ts';
import { stepUp } from '#lib/client/step-up.ts';
import { ConfirmElsewhere, type NamedProvider } from './elsewhere.tsx';

export interface StepUpDialogProps {
  client: AuthClient;
  /** Tells password managers whose password it is. */
  email: string;
  /** Lists what the server takes: the password, beside it what two-step sign-in needs, and a passkey. */
  factors: readonly string[];
  /** Lists the providers at which the person can confirm. */
  providers: readonly NamedProvider[];
  /** Aborts when nothing waits for the answer any more. */
  signal: AbortSignal;
  /** Called once: with true when the person has confirmed, in this tab or another, and with false when they gave up. */
  onAnswer: (isConfirmed: boolean) => void;
}

/** The dialog's `returnValue` once the person has confirmed. */
const confirmed = 'confirmed';

interface Asked {
  hasPassword: boolean;
  hasCode: boolean;
  hasPasskey: boolean;
}

const prefix = 'provider:';

/** Returns the providers among what the server takes, by name. A list that cannot be had names none. */
export async function namedProviders(client: AuthClient, factors: readonly string[]): Promise<NamedProvider[]> {
  const ids = factors.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
  if (ids.length === 0) return [];
  const listed = await askProviders(client);
  return listed.ok ? listed.value.filter(({ id }) => ids.includes(id)) : [];
}

/** Says why the dialog asks, and for what. */
function reasonOf({ hasPassword, hasCode, hasPasskey }: Asked): string {
  if (!hasPassword && !hasPasskey) return 'Only you should be able to do this, so show once more that it is you.';
  const typed = hasCode ? 'your password and a code' : 'your password';
  const asked = hasPasskey ? (hasPassword ? `${typed}, or a passkey,` : 'your passkey') : typed;
  return `Only you should be able to do this, so we ask for ${asked} once more. Then it goes on by itself.`;
}

async function send(client: AuthClient, data: FormData): Promise<Outcome> {
  const password = text(data, 'password');
  const wrong = fieldProblem({ password: checkPresent(password), ...checkProof(data) });
  if (wrong) return wrong;
  const result = await stepUp(client, { password, ...typedProof(data) });
  return result.ok ? 'done' : result.error;
}

async function sendPasskey(client: AuthClient, signal: AbortSignal): Promise<Outcome> {
  const shown = await proveByPasskey(client.parts, { purpose: 'step_up', signal });
  if ('problem' in shown) return shown.problem;
  const result = await stepUp(client, shown.proof);
  return result.ok ? 'done' : aboutThePasskey(result.error);
}

/**
 * Asks a signed-in person for their password, and a code where two-step sign-in is on, for a passkey, or for a way to a provider, before
 * something that only they may do.
 */
export function StepUpDialog({ client, email, factors, providers, signal, onAnswer }: StepUpDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [asked, setAsked] = useState(() => codeKinds.filter((proof) => factors.includes(proof)));
  const hasPasskey = factors.includes('passkey');
  const hasPassword = factors.includes('password');
  const [byPasskey, setByPasskey] = useState(false);
  const goneSignal = useGoneSignal();
  const ending = (outcome: Outcome) => {
    if (outcome === 'done') dialog.current?.close(confirmed);
    return outcome;
  };
  const { form, isBusy, problem, attempt } = useForm(async (data) => {
    setByPasskey(false);
    const outcome = await send(client, data);
    // Two-step sign-in was turned on since.
    if (isProofWrong(outcome) && asked.length === 0) setAsked(codeKinds);
    return ending(outcome);
  });
  const usePasskey = () => {
    setByPasskey(true);
    return attempt(async () => ending(await sendPasskey(client, goneSignal())));
  };

  useEffect(() => {
    const shown = dialog.current;
    if (!shown?.open) shown?.showModal();
    const sessionId = client.life()?.sessionId;
    const giveUp = () => shown?.close();
    // Somebody who confirmed in another tab is not asked again in this one, once they are back.
    const onReturn = () => {
      const now = client.life()?.sessionId;
      if (now && now !== sessionId) shown?.close(confirmed);
    };
    signal.addEventListener('abort', giveUp);
    window.addEventListener('focus', onReturn);
    return () => {
      signal.removeEventListener('abort', giveUp);
      window.removeEventListener('focus', onReturn);
    };
  }, [client, signal]);

  const { password: mistakes, code, recovery_code } = problem?.fields ?? {};
  // The field shows it, and has the focus already when Enter sent the form: screen readers would pass it over.
  const mistake = [mistakes, code, recovery_code].flatMap((one) => one ?? []).join(' ');
  return (
    <Dialog
      ref={dialog}
      title="Confirm it is you"
      describedBy="step-up-reason"
      onClose={() => onAnswer(dialog.current?.returnValue === confirmed)}
    >
      <p id="step-up-reason" className="mt-2 text-sm text-muted">
        {reasonOf({ hasPassword, hasCode: asked.length > 0, hasPasskey })}
      </p>
      <form {...form} className="mt-5 grid gap-2">
        {hasPassword && (
          <>
            {/* Password managers look for whose password it is. */}
            <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
            <PasswordField label="Password" name="password" autoComplete="current-password" errors={mistakes} />
            {asked.length > 0 && <ProofField proofs={asked} problem={problem} />}
          </>
        )}
        {hasPasskey && <UsePasskey isBusy={isBusy && byPasskey} onClick={usePasskey} />}
        <ConfirmElsewhere
          client={client}
          providers={providers}
          hasSignIn={!hasPassword && !hasPasskey}
          attempt={attempt}
          isBusy={isBusy && !byPasskey}
        />
        {mistake ? (
          <p role="alert" className="sr-only">
            {mistake}
          </p>
        ) : (
          <ProblemAlert problem={problem} />
        )}
        <div className="mt-1 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
          <Button look="secondary" onClick={() => dialog.current?.close()}>
            Cancel
          </Button>
          {hasPassword && (
            <Button type="submit" isBusy={isBusy && !byPasskey}>
              {isBusy && !byPasskey ? 'Confirming' : 'Confirm'}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
