'use client';

import { useState } from 'react';
import { checkPresent } from '#components/passwords/checks.ts';
import { AuthHeading } from '#components/shell/auth-heading.tsx';
import { kindsOf } from '#components/sign-in/kinds.ts';
import { RememberMe } from '#components/sign-in/remember.tsx';
import SecondStepForm from '#components/sign-in/second-step-form.tsx';
import { Button } from '#components/ui/button.tsx';
import { PasswordField } from '#components/ui/field.tsx';
import { FormAlert, fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import type { Problem } from '#components/ui/problem.ts';
import type { SecondStepAnswer } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { completeSecondStep, signIn } from '#lib/client/begin-session.ts';
import { linkHeldIdentity } from '#lib/client/providers/link.ts';
import type { Result } from '#lib/client/result.ts';
import { signInWithPasskey } from '#lib/client/sign-in/with-passkey.ts';
import { paths } from '#lib/core/routes.ts';
import { ProviderButtons } from './buttons.tsx';
import type { ShownProvider } from './list.tsx';
import type { Meeting } from './meeting.ts';

interface LinkAccountProps {
  client: AuthClient;
  meeting: Meeting;
  /** Name of the provider that is to be connected. */
  name: string;
  /** Other providers that sign in to the account. */
  providers: ShownProvider[];
  hasPasskeys: boolean;
  mayTrust: boolean;
  forgotHref: string | null;
  /** Goes on after the two are connected, to a path: null where the answer that names it was lost. */
  onLinked(next: string | null): void;
  /** Says why the two cannot be connected, to whoever is signed in by then. */
  onFailed(problem: Problem): void;
}

/** Problems after which connecting cannot be tried again here. */
const isFinal = ({ code }: Problem) => ['transaction_over', 'identity_taken', 'too_many', 'not_found'].includes(code);

/** Has somebody sign in once to the account that has their address, then connects the provider. All in this page: it holds the state. */
export default function LinkAccount(props: LinkAccountProps) {
  const { client, meeting, name, providers, mayTrust, forgotHref, onLinked, onFailed } = props;
  const [step, setStep] = useState<SecondStepAnswer | null>(null);
  const [isByPasskey, setByPasskey] = useState(false);
  const takesPassword = meeting.methods.includes('password');
  const takesPasskey = props.hasPasskeys && meeting.methods.includes('passkey');

  async function connect(): Promise<Outcome> {
    const result = await linkHeldIdentity(client, meeting.provider, meeting.state);
    if (result.ok) onLinked(result.value);
    else if (isFinal(result.error)) onFailed(result.error);
    else return result.error;
    return 'leaving';
  }

  async function after(result: Result<unknown>): Promise<Outcome> {
    if (result.ok) return connect();
    if (result.error.code !== 'second_step_required' || !result.error.secondStep) return result.error;
    setStep(result.error.secondStep);
    return 'done';
  }

  const { form, isBusy, problem, attempt } = useForm(async (data) => {
    setByPasskey(false);
    const password = text(data, 'password');
    const wrong = fieldProblem({ password: checkPresent(password) });
    if (wrong) return wrong;
    return after(await signIn(client, { email: meeting.email, password, remember: data.has('remember') }));
  });
  const usePasskey = () =>
    attempt(async () => {
      setByPasskey(true);
      const data = new FormData(form.ref.current ?? undefined);
      return after(await signInWithPasskey(client, { remember: data.has('remember') }));
    });

  if (step)
    return (
      <>
        <AuthHeading
          title="Second step"
          lead={
            <>
              <span>Signing in as </span>
              <span className="wrap-anywhere text-ink">{meeting.email}</span>
            </>
          }
        />
        <SecondStepForm
          client={client}
          secondStepId={step.id ?? ''}
          kinds={kindsOf(step.factors, { hasPasskeys: props.hasPasskeys })}
          send={completeSecondStep}
          goOn={connect}
          againHref={`${paths.login}?again=1`}
          mayTrust={mayTrust}
        />
      </>
    );
  const isBusyBy = (passkey: boolean) => isBusy && isByPasskey === passkey;
  return (
    <>
      <AuthHeading
        title="You already have an account"
        lead={
          <>
            <span className="wrap-anywhere text-ink">{meeting.email}</span>
            <span> has one. Sign in to it once to connect </span>
            <span>{name}</span>
            <span>.</span>
          </>
        }
      />
      <form {...form} className="grid grid-cols-1 gap-2">
        {takesPassword && (
          <>
            {/* Password managers look for whose password it is. */}
            <input type="text" name="email" autoComplete="username" defaultValue={meeting.email} readOnly hidden />
            <PasswordField
              label="Password"
              name="password"
              autoComplete="current-password"
              errors={problem?.fields?.password}
            />
          </>
        )}
        {(takesPassword || takesPasskey) && <RememberMe />}
        <ProblemAlert problem={problem} />
        {takesPassword && (
          <Button type="submit" isBusy={isBusyBy(false)}>
            <span className="min-w-0 py-2 whitespace-normal wrap-anywhere">{`Sign in and connect ${name}`}</span>
          </Button>
        )}
        {takesPasskey && (
          <Button look={takesPassword ? 'secondary' : 'primary'} isBusy={isBusyBy(true)} onClick={usePasskey}>
            {isBusyBy(true) ? 'Waiting for your passkey' : 'Sign in with a passkey'}
          </Button>
        )}
      </form>
      {providers.length > 0 && (
        <>
          <p className="my-4 text-sm text-muted">
            {`${takesPassword || takesPasskey ? 'Or sign' : 'Sign'} in with what is connected already, then connect ${name} on your account page.`}
          </p>
          <ProviderButtons providers={providers} next={paths.account} />
        </>
      )}
      {meeting.methods.length === 0 && (
        <FormAlert>
          {`Nothing signs in to that account just now. Ask whoever runs this site${forgotHref === null ? '' : ', or set a password for it by mail'}.`}
        </FormAlert>
      )}
      {forgotHref !== null && (
        <p className="mt-6 text-sm">
          <a href={forgotHref} className="link">
            {takesPassword ? 'Forgot your password?' : 'Set a password by mail'}
          </a>
        </p>
      )}
    </>
  );
}
