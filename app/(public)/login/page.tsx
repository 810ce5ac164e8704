import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { LeavingNotice, readLeft } from '#components/accounts/leaving-notice.tsx';
import { shownProviders } from '#components/providers/list.tsx';
import { OtherWays } from '#components/providers/other-ways.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { EndedNotice } from '#components/sign-in/ended-notice.tsx';
import { SignInForm } from '#components/sign-in/form.tsx';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { kindsOf } from '#components/sign-in/kinds.ts';
import { PasskeyForm } from '#components/sign-in/passkey-form.tsx';
import { SecondStep } from '#components/sign-in/second-step.tsx';
import { FormAlert } from '#components/ui/form.tsx';
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { landing, paths, safeNext } from '#lib/core/routes.ts';
import { isMailOn } from '#lib/core/settings.ts';
import { readSecondStepCookies } from '#lib/server/http/cookies.ts';
import { getUser, whyEndedHere } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';
import { findSecondStep } from '#lib/server/sign-in/second-step.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({
  searchParams,
}: {
  /** `again` is there for who starts again, and `step` for who has just shown the password. */
  searchParams: Promise<{ next?: unknown; left?: unknown; again?: unknown; step?: unknown }>;
}) {
  const asked = await searchParams;
  const left = readLeft(asked.left, new Date());
  // Whoever comes back to keep their account is told there that it stays.
  const next = left instanceof Date ? paths.account : safeNext(asked.next);
  const signedIn = await getUser();
  if (signedIn && !signedIn.isDue) redirect(next);
  const query = next === landing ? '' : `next=${encodeURIComponent(next)}`;
  const hrefOf = (path: string, more = '') => [path, [more, query].filter(Boolean).join('&')].filter(Boolean).join('?');
  const deps = container();
  const hasPasskeys = relyingPartyId(deps.env) !== null;
  const cookies = readSecondStepCookies(await headers(), deps.env);
  const waiting = asked.again === undefined ? await findSecondStep(deps, cookies.secondStep) : null;
  if (waiting) {
    return (
      <AuthPage
        title="Second step"
        lead={
          <>
            Signing in as <span className="wrap-anywhere text-ink">{waiting.email}</span>
          </>
        }
      >
        <SecondStep
          secondStepId={waiting.id}
          kinds={kindsOf(waiting.factors, { hasPasskeys })}
          next={waiting.next === null ? next : safeNext(waiting.next)}
          againHref={hrefOf(paths.login, 'again=1')}
          mayTrust={deps.env.TRUSTED_DEVICE_DAYS > 0}
        />
      </AuthPage>
    );
  }
  const isLost = asked.step !== undefined && asked.again === undefined;
  const because = await whyEndedHere();
  const takesPasswords = deps.env.PASSWORD_SIGN_IN === 'on';
  const providers = deps.env.OIDC_PROVIDERS;
  return (
    <AuthPage
      title="Sign in"
      lead={
        takesPasswords ? (
          <>
            New here?{' '}
            <FormLink href={hrefOf(paths.register)} className="link">
              Create an account
            </FormLink>
          </>
        ) : (
          withoutPassword({ hasPasskeys, signsUp: providers.some(({ signUp }) => signUp) })
        )
      }
    >
      {because ? <EndedNotice because={because} /> : left && <LeavingNotice left={left} />}
      {isLost && (
        <div className="mb-6">
          <FormAlert>
            No sign-in of this browser waits for its second step. It is over or done, or the browser keeps no cookies
            for this site.
          </FormAlert>
        </div>
      )}
      {takesPasswords ? (
        <SignInForm next={next} secondStepHref={hrefOf(paths.login, 'step=code')} hasPasskeys={hasPasskeys} />
      ) : (
        <PasskeyForm next={next} hasPasskeys={hasPasskeys} />
      )}
      <OtherWays providers={shownProviders(providers)} next={next} isAlone={!takesPasswords && !hasPasskeys} />
      {takesPasswords && isMailOn(deps.env) && (
        <p className="mt-6 text-sm">
          <a href={paths.forgot} className="link">
            Forgot your password?
          </a>
        </p>
      )}
    </AuthPage>
  );
}

/** Says how to sign in where nobody does with a password. */
function withoutPassword({ hasPasskeys, signsUp }: { hasPasskeys: boolean; signsUp: boolean }): string {
  const how = hasPasskeys ? 'Sign in with a passkey, or with a service below.' : 'Sign in with a service below.';
  return signsUp ? `${how} If you are new here, that makes your account.` : how;
}
