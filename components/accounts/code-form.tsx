'use client';

import { useState } from 'react';
import { useSignInClient } from '#components/sign-in/client.ts';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { Button } from '#components/ui/button.tsx';
import { FormAlert, fieldProblem, type Outcome, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { type Problem, problemWords } from '#components/ui/problem.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { registerWithCode } from '#lib/client/begin-session.ts';
import { mailCodeAgain } from '#lib/client/sign-up-calls.ts';
import { CodeField, readCode } from './code-field.tsx';

interface CodeFormProps {
  signUpId: string;
  /** Path to go to once the account is made. The server has checked that it is one of this app's. */
  next: string;
  loginHref: string;
  againHref: string;
}

interface Completing {
  client: AuthClient;
  signUpId: string;
  goOn(): void;
}

async function complete(data: FormData, { client, signUpId, goOn }: Completing): Promise<Outcome> {
  const { code, problem: mistake } = readCode(data);
  const wrong = fieldProblem({ code: mistake });
  if (wrong) return wrong;
  const result = await registerWithCode(client, { sign_up_id: signUpId, code });
  if (!result.ok) return result.error;
  goOn();
  return 'leaving';
}

/** Asks for the code in the mail, which makes the account and signs it in. */
export function CodeForm({ signUpId, next, loginHref, againHref }: CodeFormProps) {
  const isHydrated = useHydrated();
  const { client, goOn } = useSignInClient(next);
  const { form, isBusy, problem } = useForm((data) => complete(data, { client, signUpId, goOn }));
  return (
    <form {...form} className="grid gap-2">
      <CodeField errors={problem?.fields?.code} />
      <CodeAlert problem={problem} loginHref={loginHref} againHref={againHref} />
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1">
        {isBusy ? 'Confirming' : 'Confirm'}
      </Button>
      <SendAgain signUpId={signUpId} isHydrated={isHydrated} />
    </form>
  );
}

type AlertProps = Pick<CodeFormProps, 'loginHref' | 'againHref'> & { problem: Problem | null };

function CodeAlert({ problem, loginHref, againHref }: AlertProps) {
  const look = 'font-medium underline underline-offset-2';
  if (problem?.fields?.sign_up)
    return (
      <FormAlert>
        This sign-up is over: an hour has passed, too many codes were wrong, or the account is made.{' '}
        <FormLink href={againHref} className={look}>
          Start again
        </FormLink>{' '}
        or{' '}
        <FormLink href={loginHref} className={look}>
          sign in
        </FormLink>
      </FormAlert>
    );
  return (
    <ProblemAlert problem={problem}>
      {problem?.code === 'email_taken' && (
        <FormLink href={loginHref} className={look}>
          Sign in instead
        </FormLink>
      )}
    </ProblemAlert>
  );
}

function SendAgain({ signUpId, isHydrated }: { signUpId: string; isHydrated: boolean }) {
  const { isBusy, run } = useOneAtATime();
  const [outcome, setOutcome] = useState<Problem | 'sent' | null>(null);
  const send = () =>
    run(async () => {
      setOutcome(null);
      const result = await mailCodeAgain(signUpId);
      setOutcome(result.ok ? 'sent' : result.error);
    });
  return (
    <div className="mt-4 text-sm text-muted">
      <Button look="secondary" size="small" disabled={!isHydrated} isBusy={isBusy} onClick={() => void send()}>
        {isBusy ? 'Sending' : 'Send it again'}
      </Button>
      <p role="status" className="mt-2 min-h-5">
        {outcome === 'sent' ? 'It is on its way again.' : outcome && sendWords(outcome)}
      </p>
    </div>
  );
}

function sendWords(problem: Problem): string {
  return problem.fields?.sign_up ? 'This sign-up is over. Start again.' : problemWords(problem);
}
