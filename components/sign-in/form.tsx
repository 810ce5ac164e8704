'use client';

import { checkEmail } from '#components/accounts/check-email.ts';
import { EmailField } from '#components/accounts/email-field.tsx';
import { checkPresent } from '#components/passwords/checks.ts';
import { Button } from '#components/ui/button.tsx';
import { PasswordField } from '#components/ui/field.tsx';
import { fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { useSignInClient } from './client.ts';

async function signIn(client: AuthClient, data: FormData, goOn: () => void): Promise<Outcome> {
  const email = text(data, 'email');
  const password = text(data, 'password');
  const wrong = fieldProblem({ email: checkEmail(email), password: checkPresent(password) });
  if (wrong) return wrong;
  const result = await client.signIn({ email, password, remember: data.has('remember') });
  if (!result.ok) return result.error;
  goOn();
  return 'leaving';
}

/** Signs somebody in, then goes on to `next`. The server has checked that it is a path of this app. */
export function SignInForm({ next }: { next: string }) {
  const isHydrated = useHydrated();
  const { client, goOn } = useSignInClient(next);
  const { form, isBusy, problem } = useForm((data) => signIn(client, data, goOn));
  return (
    <form {...form} className="grid gap-2">
      <EmailField errors={problem?.fields?.email} />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        errors={problem?.fields?.password}
      />
      <label className="-mt-1 mb-3 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
        <input type="checkbox" name="remember" className="tick size-5" />
        Remember me
      </label>
      <ProblemAlert problem={problem} />
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy}>
        {isBusy ? 'Signing in' : 'Sign in'}
      </Button>
    </form>
  );
}
