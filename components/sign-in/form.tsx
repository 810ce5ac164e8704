'use client';

import { useState } from 'react';
import { checkEmail } from '#components/accounts/check-email.ts';
import { EmailField } from '#components/accounts/email-field.tsx';
import { checkPresent } from '#components/passwords/checks.ts';
import { Button } from '#components/ui/button.tsx';
import { PasswordField } from '#components/ui/field.tsx';
import { fieldProblem, line, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { signIn } from '#lib/client/begin-session.ts';
import { useSignInClient } from './client.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { RememberMe } from './remember.tsx';

interface Signing {
  client: AuthClient;
  secondStepHref: string;
  goOn(): void;
}

async function send(data: FormData, { client, secondStepHref, goOn }: Signing): Promise<Outcome> {
  const email = line(data, 'email');
  const password = text(data, 'password');
  const wrong = fieldProblem({ email: checkEmail(email), password: checkPresent(password) });
  if (wrong) return wrong;
  const result = await signIn(client, { email, password, remember: data.has('remember') });
  if (!result.ok) {
    if (result.error.code !== 'second_step_required') return result.error;
    location.replace(secondStepHref + location.hash);
    return 'leaving';
  }
  goOn();
  return 'leaving';
}

interface SignInFormProps {
  /** Path to go to once signed in. The server has checked that it is one of this app's. */
  next: string;
  /** Address of the page that asks for the second step. */
  secondStepHref: string;
  /** False where the app has no passkeys. */
  hasPasskeys: boolean;
}

/** Signs somebody in, then goes on to `next`, or to the second step where one is asked for. */
export function SignInForm({ next, secondStepHref, hasPasskeys }: SignInFormProps) {
  const isHydrated = useHydrated();
  const { client, goOn } = useSignInClient(next);
  const [isByPasskey, setByPasskey] = useState(false);
  const { form, isBusy, problem, attempt } = useForm((data) => {
    setByPasskey(false);
    return send(data, { client, secondStepHref, goOn });
  });
  const attemptByPasskey = (work: () => Promise<Outcome>) =>
    attempt(() => {
      setByPasskey(true);
      return work();
    });
  const isSending = isBusy && !isByPasskey;
  return (
    <form {...form} className="grid gap-2">
      <EmailField autoComplete={hasPasskeys ? 'username webauthn' : 'username'} errors={problem?.fields?.email} />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        errors={problem?.fields?.password}
      />
      <RememberMe />
      <ProblemAlert problem={problem} />
      <Button type="submit" disabled={!isHydrated} isBusy={isSending}>
        {isSending ? 'Signing in' : 'Sign in'}
      </Button>
      {hasPasskeys && (
        <PasskeyButton
          client={client}
          isBusy={isBusy && isByPasskey}
          attempt={attemptByPasskey}
          remembers={() => form.ref.current !== null && new FormData(form.ref.current).has('remember')}
          goOn={goOn}
        />
      )}
    </form>
  );
}
