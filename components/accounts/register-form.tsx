'use client';

import { checkNewPassword } from '#components/passwords/checks.ts';
import { NewPasswordField } from '#components/passwords/new-field.tsx';
import { useSignInClient } from '#components/sign-in/client.ts';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { RememberMe } from '#components/sign-in/remember.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { fieldProblem, line, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import type { Problem } from '#components/ui/problem.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { register } from '#lib/client/begin-session.ts';
import { beginSignUp } from '#lib/client/sign-up-calls.ts';
import type { RegisterRequest } from '#lib/core/accounts/contract.ts';
import { checkEmail } from './check-email.ts';
import { EmailField } from './email-field.tsx';

interface RegisterFormProps {
  /** Path to go to once the account is made. The server has checked that it is one of this app's. */
  next: string;
  minLength: number;
  loginHref: string;
  /** Address of the page that asks for the code in a mail; null where the account is made at once. */
  codeHref: string | null;
}

interface Registering {
  client: AuthClient;
  minLength: number;
  codeHref: string | null;
  goOn(): void;
}

async function send(data: FormData, { client, minLength, codeHref, goOn }: Registering): Promise<Outcome> {
  const email = line(data, 'email');
  const password = text(data, 'password');
  const name = line(data, 'name');
  const wrong = fieldProblem({ email: checkEmail(email), password: checkNewPassword(password, minLength) });
  if (wrong) return wrong;
  const body = { email, password, remember: data.has('remember'), ...(name && { name }) };
  if (codeHref !== null) return askForCode(body, codeHref);
  const result = await register(client, body);
  if (!result.ok) return atField(result.error);
  goOn();
  return 'leaving';
}

/** Begins a sign-up, then loads the page that asks for the code, as a browser does that has thrown the tab away. */
async function askForCode(body: RegisterRequest, href: string): Promise<Outcome> {
  const result = await beginSignUp(body);
  if (!result.ok) return result.error;
  const to = new URL(href + location.hash, location.href).href;
  // A browser goes to the address that it is at without a load, if there is a fragment in it.
  if (to === location.href) location.reload();
  else location.replace(to);
  return 'leaving';
}

/** Puts the message about a taken address at the email field, whatever else the answer says. */
function atField(problem: Problem): Problem {
  return problem.code === 'email_taken' ? { ...problem, fields: { email: [problem.description] } } : problem;
}

/** Creates an account and signs it in. An address that is taken offers the way to sign in instead. */
export function RegisterForm(props: RegisterFormProps) {
  const isHydrated = useHydrated();
  const { client, goOn } = useSignInClient(props.next);
  const { form, isBusy, problem } = useForm((data) => send(data, { ...props, client, goOn }));
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
      <EmailField errors={problem?.fields?.email} />
      <NewPasswordField
        label="Password"
        name="password"
        minLength={props.minLength}
        email={typedEmail}
        errors={problem?.fields?.password}
      />
      <RememberMe />
      <ProblemAlert problem={isTaken ? { code: '', description: 'Is that you?' } : problem}>
        {isTaken && (
          <FormLink href={props.loginHref} className="font-medium underline underline-offset-2">
            Sign in instead
          </FormLink>
        )}
      </ProblemAlert>
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1">
        {isBusy ? 'Creating your account' : 'Create account'}
      </Button>
    </form>
  );
}
