'use client';

import { useEffect, useState } from 'react';
import { aboutThePasskey } from '#components/second-factors/passkey-proof.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { FormAlert, fieldProblem, line, type Outcome, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { showPasskey } from '#lib/client/passkeys/show.ts';
import type { Result } from '#lib/client/result.ts';
import type { SecondStepRequest } from '#lib/core/sign-in/contract.ts';
import { FormLink } from './form-link.tsx';
import type { Kind } from './kinds.ts';

export interface SecondStepFormProps {
  secondStepId: string;
  /** Kinds of proofs that the account has, the first of which is asked for. */
  kinds: Kind[];
  client: AuthClient;
  /** Sends the proof. */
  send(client: AuthClient, body: SecondStepRequest): Promise<Result<unknown>>;
  /** Goes on once signed in. */
  goOn(): Promise<Outcome>;
  againHref: string;
  /** False where no browser is spared the second step. */
  mayTrust: boolean;
}

interface Completing {
  client: AuthClient;
  secondStepId: string;
  kind: Kind;
  send: SecondStepFormProps['send'];
  goOn(): Promise<Outcome>;
}

async function complete(data: FormData, { client, secondStepId, kind, send, goOn }: Completing): Promise<Outcome> {
  const proof = await (kind === 'passkey' ? shownPasskey(client) : typedCode(data, kind));
  if ('problem' in proof) return proof.problem;
  const remember_device = data.has('remember_device');
  const result = await send(client, { second_step_id: secondStepId, ...proof, remember_device });
  if (result.ok) return goOn();
  return kind === 'passkey' ? aboutThePasskey(result.error) : result.error;
}

function typedCode(data: FormData, kind: 'code' | 'recovery_code') {
  const typed = line(data, kind);
  const problem = fieldProblem({ [kind]: problemIn(kind, typed) });
  return problem ? { problem } : { [kind]: typed };
}

async function shownPasskey({ parts }: AuthClient) {
  const shown = await showPasskey(parts, { purpose: 'second_step' });
  if (!shown.ok) return { problem: shown.error };
  const { ceremony, credential } = shown.value;
  return { ceremony, credential };
}

function problemIn(kind: Kind, typed: string): string | null {
  if (kind === 'recovery_code') return typed === '' ? 'Enter one of your recovery codes.' : null;
  return /^\d{6}$/.test(typed.replace(/\s/g, '')) ? null : 'Enter the 6 digits in your app.';
}

/** Asks whoever has shown the password for a passkey, a code of their app or a recovery code, which signs them in. */
export default function SecondStepForm({ kinds, againHref, ...rest }: SecondStepFormProps) {
  const [chosen, setChosen] = useState<Kind | null>(null);
  const isHydrated = useHydrated();
  const kind = chosen ?? kinds[0];
  return (
    <div className="grid gap-4">
      {kind ? (
        <ProofForm key={kind} {...rest} kind={kind} againHref={againHref} isChosen={chosen !== null} />
      ) : (
        <FormAlert>This account has no second factor left. Ask whoever runs this site.</FormAlert>
      )}
      <div className="flex flex-wrap gap-2">
        {kinds
          .filter((one) => one !== kind)
          .map((other) => (
            <Button key={other} look="secondary" size="small" disabled={!isHydrated} onClick={() => setChosen(other)}>
              {ways[other]}
            </Button>
          ))}
        <Button
          look="quiet"
          size="small"
          disabled={!isHydrated}
          onClick={() => location.assign(againHref + location.hash)}
        >
          Start again
        </Button>
      </div>
    </div>
  );
}

const ways = {
  passkey: 'Use a passkey',
  code: 'Use the authenticator app',
  recovery_code: 'Use a recovery code',
} as const;

type ProofFormProps = Omit<SecondStepFormProps, 'kinds'> & {
  kind: Kind;
  /** True for who has just asked for this kind of proof: then the field takes the focus, and a passkey is asked for at once. */
  isChosen: boolean;
};

const fields = {
  code: {
    label: 'Code',
    inputMode: 'numeric',
    autoComplete: 'one-time-code',
    hint: '6 digits, from your authenticator app.',
    className: 'font-mono text-lg tracking-widest',
    maxLength: 20,
  },
  recovery_code: {
    label: 'Recovery code',
    autoComplete: 'off',
    autoCapitalize: 'characters',
    spellCheck: false,
    hint: '24 letters and digits. Each code works once.',
    className: 'font-mono',
    maxLength: 60,
  },
} as const;

function ProofForm({ client, secondStepId, kind, send, goOn, againHref, mayTrust, isChosen }: ProofFormProps) {
  const isHydrated = useHydrated();
  const { form, isBusy, problem } = useForm((data) => complete(data, { client, secondStepId, kind, send, goOn }));
  const isPasskey = kind === 'passkey';
  const isCancelled = problem?.code === 'passkey_cancelled';
  useEffect(() => {
    if (!isChosen) return;
    if (isPasskey) form.ref.current?.requestSubmit();
    else document.getElementById(kind)?.focus();
  }, [isChosen, isPasskey, kind, form.ref]);
  return (
    <form {...form} className="grid gap-2">
      {/* What is wrong with either kind of code is said of `code`. */}
      {!isPasskey && (
        <TextField {...fields[kind]} name={kind} errors={problem?.fields?.[kind] ?? problem?.fields?.code} />
      )}
      {mayTrust && (
        <label className="-mt-1 mb-3 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
          <input type="checkbox" name="remember_device" className="tick size-5" />
          Don't ask again on this device
        </label>
      )}
      {problem?.fields?.second_step ? (
        <FormAlert>
          This sign-in is over: ten minutes have passed, or too many tries were wrong.{' '}
          <FormLink href={againHref} className="font-medium underline underline-offset-2">
            Start again
          </FormLink>
        </FormAlert>
      ) : (
        <ProblemAlert problem={isCancelled ? null : problem} />
      )}
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy}>
        {isBusy ? 'Verifying' : isPasskey ? ways.passkey : 'Verify'}
      </Button>
      {isPasskey && (
        <p role="status" className="min-h-5 text-xs text-muted">
          {isCancelled ? problem.description : 'Your device asks for a finger, a face or a PIN.'}
        </p>
      )}
    </form>
  );
}
