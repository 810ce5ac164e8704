'use client';

import { useEffect, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { line, type Outcome } from '#components/ui/form.tsx';
import type { Problem } from '#components/ui/problem.ts';

/** Lists what people show beside the password; one takes the place of the other. */
export const codeKinds: string[] = ['totp', 'recovery_code'];

/** Names of the two fields, of their own: a dialog may stand above a form that has a field `code`. */
const appName = 'app_code';
const recoveryName = 'recovery_code';

interface ProofFieldProps {
  /** Names what the server takes: `totp`, `recovery_code` or both. */
  proofs: readonly string[];
  problem: Problem | null;
}

/** Asks for the code of an authenticator app or, by a switch, for a recovery code. */
export function ProofField({ proofs, problem }: ProofFieldProps) {
  const [chosen, setChosen] = useState<boolean | null>(null);
  const isRecovery = chosen ?? !proofs.includes('totp');
  // Whoever asks for the other field goes on there.
  useEffect(() => {
    if (chosen !== null) document.getElementById(chosen ? recoveryName : appName)?.focus();
  }, [chosen]);
  // What was wrong with the one code says nothing about the other.
  const [earlier, setEarlier] = useState<Problem | null>(null);
  const { code, recovery_code } = problem?.fields ?? {};
  const errors = problem === earlier ? undefined : (code ?? recovery_code);
  const change = () => {
    setChosen(!isRecovery);
    setEarlier(problem);
  };
  return (
    <div>
      {isRecovery ? (
        <TextField
          key="recovery_code"
          label="Recovery code"
          name={recoveryName}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={80}
          className="font-mono"
          hint="One of those that you kept, of 24 letters and digits. It works once."
          errors={errors}
        />
      ) : (
        <TextField
          key="code"
          label="Code"
          name={appName}
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          className="font-mono text-lg tracking-widest"
          hint="The 6 digits that your authenticator app shows now."
          errors={errors}
        />
      )}
      {proofs.length > 1 && (
        <Button look="secondary" size="small" className="mt-2 mb-1" onClick={change}>
          {isRecovery ? 'Use your app' : 'Use a recovery code'}
        </Button>
      )}
    </div>
  );
}

/** Reads what was typed into the field. Empty where the form has none. */
export function typedProof(data: FormData): { code?: string; recovery_code?: string } {
  if (data.has(appName)) return { code: line(data, appName).replace(/\s/g, '') };
  if (data.has(recoveryName)) return { recovery_code: line(data, recoveryName) };
  return {};
}

/** Finds what is wrong with what was typed, for `fieldProblem`. The server has the last word. */
export function checkProof(data: FormData): Record<string, string | null> {
  const { code, recovery_code } = typedProof(data);
  return {
    code: code === undefined || /^\d{6}$/.test(code) ? null : 'Enter the 6 digits in your app.',
    recovery_code: recovery_code === '' ? 'Enter one of your recovery codes.' : null,
  };
}

/**
 * Keeps in mind, for a form that is not asked for a proof at first, which ones the server takes. `why` says why it does, as the
 * beginning of a sentence.
 */
export function useProofAsked(why: string) {
  const [factors, setFactors] = useState<readonly string[]>([]);
  const codes = codeKinds.filter((proof) => factors.includes(proof));
  return {
    /** Names the kinds of codes that are taken, for `ProofField`. */
    codes,
    takesPasskey: factors.includes(passkey),
    /** Looks at how sending the form ended, and returns it as a problem with the fields that are there from now on. */
    seen(outcome: Outcome): Outcome {
      if (typeof outcome === 'string' || outcome.code !== 'second_step_required') return outcome;
      const asked = outcome.secondStep?.factors ?? [];
      setFactors(asked);
      const hasCode = codeKinds.some((proof) => asked.includes(proof));
      return {
        ...outcome,
        description: `${why}, ${neededWords(hasCode, asked.includes(passkey))}`,
        ...(hasCode && { fields: { code: ['Enter the code, then send this again.'] } }),
      };
    },
  };
}

const passkey = 'passkey';

function neededWords(hasCode: boolean, hasPasskey: boolean): string {
  if (hasCode) return hasPasskey ? 'so a code or a passkey is needed as well.' : 'so a code is needed as well.';
  if (hasPasskey) return 'so a passkey is needed as well.';
  return 'and nothing is left that it could be shown with. Ask whoever runs this site.';
}

/** Tells whether a form was refused for want of a proof, or for a wrong one. */
export function isProofWrong(outcome: Outcome): boolean {
  return typeof outcome !== 'string' && outcome.fields?.code !== undefined;
}
