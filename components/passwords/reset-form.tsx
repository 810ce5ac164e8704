'use client';

import { useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { FormAlert } from '#components/ui/form-alert.tsx';
import { ProblemAlert } from '#components/ui/problem-alert.tsx';
import { type FormProblem, fieldProblem, type Outcome, text, useForm } from '#components/ui/use-form.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { nothing } from '#lib/client/answers.ts';
import { resultOf } from '#lib/client/result.ts';
import { api, paths } from '#lib/core/routes.ts';
import { checkNewPassword } from './checks.ts';
import { NewPasswordField } from './new-password-field.tsx';

async function setPassword(token: string, data: FormData, minLength: number): Promise<Outcome> {
  const chosen = text(data, 'new_password');
  const wrong = fieldProblem({ new_password: checkNewPassword(chosen, minLength) });
  if (wrong) return wrong;
  const body = JSON.stringify({ token, new_password: chosen });
  const headers = { 'content-type': 'application/json' };
  const result = await resultOf(() => fetch(api.passwordReset, { method: 'POST', headers, body }), nothing);
  return result.ok ? 'done' : aboutTheLink(result.error);
}

/** What is wrong with the link stands above the button: it has no field. */
function aboutTheLink(problem: FormProblem): FormProblem {
  const [message] = problem.fields?.token ?? [];
  return message ? { code: 'void_link', description: message } : problem;
}

/**
 * Takes the link's secret out of the address before anybody could copy it from there. A page that is loaded again has lost it:
 * then `isLost`.
 */
function useSecret() {
  const secret = useRef('');
  const [isLost, setLost] = useState(false);
  useEffect(() => {
    if (secret.current) return;
    secret.current = location.hash.slice(1);
    setLost(secret.current === '');
    history.replaceState(history.state, '', location.pathname);
  }, []);
  return { secret, isLost };
}

export function ResetForm({ minLength }: { minLength: number }) {
  const isHydrated = useHydrated();
  const { secret, isLost } = useSecret();
  const [isDone, setDone] = useState(false);
  const { form, isBusy, problem } = useForm(async (data) => {
    const outcome = await setPassword(secret.current, data, minLength);
    if (outcome === 'done') setDone(true);
    return outcome;
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
  if (isLost) return <FormAlert>Open the link that you were given. This page has to be reached by it.</FormAlert>;
  return (
    <form {...form} className="grid gap-2">
      <NewPasswordField
        label="New password"
        name="new_password"
        minLength={minLength}
        email=""
        errors={problem?.fields?.new_password}
      />
      {problem?.code === 'void_link' ? (
        <FormAlert>{problem.description}</FormAlert>
      ) : (
        <ProblemAlert problem={problem} />
      )}
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1">
        {isBusy ? 'Setting your password' : 'Set password'}
      </Button>
    </form>
  );
}
