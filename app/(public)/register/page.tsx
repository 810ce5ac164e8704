import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { CodeForm } from '#components/accounts/code-form.tsx';
import { RegisterForm } from '#components/accounts/register-form.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { landing, paths, safeNext } from '#lib/core/routes.ts';
import { findSignUp } from '#lib/server/accounts/sign-up.ts';
import { readSignUpCookie } from '#lib/server/http/cookies.ts';
import { getUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';

export const metadata: Metadata = { title: 'Create an account' };

/** Returns the sign-up that this browser has begun, unless it wants to start again. */
async function waitingSignUp(again: unknown) {
  const deps = container();
  if (again !== undefined || deps.env.EMAIL_VERIFICATION === 'off') return null;
  return findSignUp(deps, readSignUpCookie(await headers(), deps.env));
}

interface PageProps {
  searchParams: Promise<{ next?: unknown; again?: unknown }>;
}

export default async function RegisterPage({ searchParams }: PageProps) {
  const { next: asked, again } = await searchParams;
  const next = safeNext(asked);
  const signedIn = await getUser();
  if (signedIn && !signedIn.isDue) redirect(next);
  const query = next === landing ? '' : `?next=${encodeURIComponent(next)}`;
  const loginHref = paths.login + query;
  const waiting = await waitingSignUp(again);
  if (waiting) {
    const againHref = `${paths.register}?again=1${query.replace('?', '&')}`;
    return (
      <AuthPage
        title="Check your mail"
        lead={
          <>
            We sent a code to <span className="wrap-anywhere text-ink">{waiting.email}</span>. Not yours?{' '}
            <FormLink href={againHref} className="link">
              Start again
            </FormLink>
          </>
        }
      >
        <CodeForm signUpId={waiting.id} next={next} loginHref={loginHref} againHref={againHref} />
      </AuthPage>
    );
  }
  const { EMAIL_VERIFICATION, PASSWORD_MIN_LENGTH } = container().env;
  return (
    <AuthPage
      title="Create an account"
      lead={
        <>
          Have one already?{' '}
          <FormLink href={loginHref} className="link">
            Sign in
          </FormLink>
        </>
      }
    >
      <RegisterForm
        next={next}
        minLength={PASSWORD_MIN_LENGTH}
        loginHref={loginHref}
        codeHref={EMAIL_VERIFICATION === 'required' ? paths.register + query : null}
      />
    </AuthPage>
  );
}
