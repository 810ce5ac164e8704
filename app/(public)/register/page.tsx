import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { RegisterForm } from '#components/accounts/register-form.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { landing, paths, safeNext } from '#lib/core/routes.ts';
import { getUser } from '#lib/server/http/current-user.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Create an account' };

export default async function RegisterPage({ searchParams }: { searchParams: Promise<{ next?: unknown }> }) {
  const next = safeNext((await searchParams).next);
  const signedIn = await getUser();
  if (signedIn && !signedIn.isDue) redirect(next);
  const query = next === landing ? '' : `?next=${encodeURIComponent(next)}`;
  const loginHref = paths.login + query;
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
      <RegisterForm next={next} minLength={serverEnv().PASSWORD_MIN_LENGTH} loginHref={loginHref} />
    </AuthPage>
  );
}
