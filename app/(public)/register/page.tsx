import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { CodeForm } from '#components/accounts/code-form.tsx';
import { RegisterForm } from '#components/accounts/register-form.tsx';
import { shownProviders } from '#components/providers/list.tsx';
import { OtherWays } from '#components/providers/other-ways.tsx';
import { AuthPage } from '#components/shell/auth-page.tsx';
import { FormLink } from '#components/sign-in/form-link.tsx';
import { RememberMe } from '#components/sign-in/remember.tsx';
import { FormAlert } from '#components/ui/form.tsx';
import { landing, paths, safeNext } from '#lib/core/routes.ts';
import { hasOutboxPage } from '#lib/core/settings.ts';
import { findSignUp } from '#lib/server/accounts/sign-up.ts';
import { readSignUpCookie } from '#lib/server/http/cookies.ts';
import { getUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';

export const metadata: Metadata = { title: 'Create an account' };

interface PageProps {
  /** `step` is `form` for who starts again, and `code` for who has just begun. */
  searchParams: Promise<{ next?: unknown; step?: unknown }>;
}

/** Asks for what makes an account; of a browser that has done that, where addresses are verified, for the code in the mail. */
export default async function RegisterPage({ searchParams }: PageProps) {
  const { next: asked, step } = await searchParams;
  const next = safeNext(asked);
  const signedIn = await getUser();
  if (signedIn && !signedIn.isDue) redirect(next);
  const query = next === landing ? '' : `next=${encodeURIComponent(next)}`;
  const hrefs = {
    login: [paths.login, query].filter(Boolean).join('?'),
    form: `${paths.register}?${['step=form', query].filter(Boolean).join('&')}`,
    code: `${paths.register}?${['step=code', query].filter(Boolean).join('&')}`,
  };
  const deps = container();
  const takesPasswords = deps.env.PASSWORD_SIGN_IN === 'on';
  const isVerified = takesPasswords && deps.env.EMAIL_VERIFICATION === 'required';
  const isAsking = isVerified && step !== 'form';
  const waiting = isAsking ? await findSignUp(deps, readSignUpCookie(await headers(), deps.env)) : null;
  const providers = deps.env.OIDC_PROVIDERS;
  const outboxHref = hasOutboxPage(deps.env) ? paths.outbox : null;
  if (waiting) return <CodePage waiting={waiting} next={next} hrefs={hrefs} outboxHref={outboxHref} />;
  return (
    <AuthPage
      title="Create an account"
      lead={
        <>
          Have one already?{' '}
          <FormLink href={hrefs.login} className="link">
            Sign in
          </FormLink>
        </>
      }
    >
      {isAsking && step === 'code' && (
        <div className="mb-6">
          <FormAlert>
            No sign-up of this browser waits for a code. It is over or done, or the browser keeps no cookies for this
            site.
          </FormAlert>
        </div>
      )}
      {takesPasswords ? (
        <RegisterForm
          next={next}
          minLength={deps.env.PASSWORD_MIN_LENGTH}
          loginHref={hrefs.login}
          codeHref={isVerified ? hrefs.code : null}
        />
      ) : (
        <WithoutPassword signsUp={providers.some(({ signUp }) => signUp)} />
      )}
      <OtherWays providers={shownProviders(providers)} next={next} isAlone={!takesPasswords} />
    </AuthPage>
  );
}

/** Says how accounts are made where nobody has a password. */
function WithoutPassword({ signsUp }: { signsUp: boolean }) {
  return (
    <>
      <p className="mb-4">
        {signsUp
          ? 'There are no passwords here: a service that you have an account with makes one here as well.'
          : 'New accounts are not made here. Whoever has one signs in with a service below.'}
      </p>
      <RememberMe />
    </>
  );
}

interface CodePageProps {
  waiting: { id: string; email: string };
  next: string;
  hrefs: { login: string; form: string };
  /** Address of the page with mails that nobody sends; null where there is none. */
  outboxHref: string | null;
}

function CodePage({ waiting, next, hrefs, outboxHref }: CodePageProps) {
  return (
    <AuthPage
      title="Check your mail"
      lead={
        <>
          We sent a code to <span className="wrap-anywhere text-ink">{waiting.email}</span>. Not yours?{' '}
          <FormLink href={hrefs.form} className="link">
            Start again
          </FormLink>
        </>
      }
    >
      <CodeForm signUpId={waiting.id} next={next} loginHref={hrefs.login} againHref={hrefs.form} />
      {outboxHref !== null && (
        <p className="mt-6 text-sm">
          <a href={outboxHref} className="link">
            Read the mail in the outbox
          </a>
        </p>
      )}
    </AuthPage>
  );
}
