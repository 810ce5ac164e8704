'use client';

import { checkEmail, checkNewPassword } from '#components/passwords/checks.ts';
import { NewPasswordField } from '#components/passwords/new-password-field.tsx';
import { useSignInClient } from '#components/sign-in/use-sign-in-client.ts';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { ProblemAlert } from '#components/ui/problem-alert.tsx';
import { type FormProblem, fieldProblem, type Outcome, text, useForm } from '#components/ui/use-form.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';

interface RegisterFormProps {
  /** Made safe on the server. */
  next: string;
  minLength: number;
  loginHref: string;
}

async function register(client: AuthClient, data: FormData, { next, minLength }: RegisterFormProps): Promise<Outcome> {
  const email = text(data, 'email');
  const password = text(data, 'password');
  const name = text(data, 'name').trim();
  const wrong = fieldProblem({ email: checkEmail(email), password: checkNewPassword(password, minLength) });
  if (wrong) return wrong;
  const result = await client.register({ email, password, ...(name && { name }) });
  if (!result.ok) return atField(result.error);
  location.replace(next);
  return 'leaving';
}

/** A taken address is about the email field, whatever else the answer says. */
function atField(problem: FormProblem): FormProblem {
  return problem.code === 'email_taken' ? { ...problem, fields: { email: [problem.description] } } : problem;
}

export function RegisterForm(props: RegisterFormProps) {
  const isHydrated = useHydrated();
  const client = useSignInClient(props.next);
  const { form, isBusy, problem } = useForm((data) => register(client, data, props));
  const isTaken = problem?.code === 'email_taken';
  const typedEmail = () => form.ref.current?.querySelector<HTMLInputElement>('#email')?.value ?? '';
  return (
    <form {...form} className="grid gap-2">
      <TextField
        label="Name"
        name="name"
        autoComplete="name"
        maxLength={100}
        aside={<span className="text-xs text-muted">Optional</span>}
        errors={problem?.fields?.name}
      />
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        inputMode="email"
        errors={problem?.fields?.email}
      />
      <NewPasswordField
        label="Password"
        name="password"
        minLength={props.minLength}
        email={typedEmail}
        errors={problem?.fields?.password}
      />
      <ProblemAlert problem={isTaken ? { code: '', description: 'Is that you?' } : problem}>
        {isTaken && (
          <a href={props.loginHref} className="font-medium underline underline-offset-2">
            Sign in instead
          </a>
        )}
      </ProblemAlert>
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1">
        {isBusy ? 'Creating your account' : 'Create account'}
      </Button>
    </form>
  );
}
