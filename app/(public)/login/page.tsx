import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { LeavingNotice, readLeft } from '#components/accounts/leaving-notice.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { EndedNotice } from '#components/sign-in/ended-notice.tsx';
import { SignInForm } from '#components/sign-in/form.tsx';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { landing, paths, safeNext } from '#lib/core/routes.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { getUser, whyEndedHere } from '#lib/server/http/current-user.ts';
import { serverEnv } from '#lib/server/runtime/env.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: unknown; left?: unknown }>;
}) {
  const asked = await searchParams;
  const left = readLeft(asked.left, new Date());
  // Whoever comes back to keep their account is told there that it stays.
  const next = left instanceof Date ? paths.account : safeNext(asked.next);
  const signedIn = await getUser();
  if (signedIn && !signedIn.isDue) redirect(next);
  const because = await whyEndedHere();
  const query = next === landing ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <AuthPage
      title="Sign in"
      lead={
        <>
          New here?{' '}
          <FormLink href={paths.register + query} className="link">
            Create an account
          </FormLink>
        </>
      }
    >
      {because ? <EndedNotice because={because} /> : left && <LeavingNotice left={left} />}
      <SignInForm next={next} />
      {isMailOn(serverEnv()) && (
        <p className="mt-6 text-sm">
          <a href={paths.forgot} className="link">
            Forgot your password?
          </a>
        </p>
      )}
    </AuthPage>
  );
}
