import type { Metadata } from 'next';
import { EmailSection } from '#components/accounts/email-section.tsx';
import { Places } from '#components/accounts/places.tsx';
import { ProveEmail } from '#components/accounts/prove-email.tsx';
import { YourData } from '#components/accounts/your-data.tsx';
import { WaysInSection } from '#components/identities/section.tsx';
import { PageHeading } from '#components/ui/page-heading.tsx';
import { Moment } from '#components/ui/time.tsx';
import { paths } from '#lib/core/routes.ts';
import { hasOutboxPage, isMailOn } from '#lib/core/settings.ts';
import { findWaitingEmail } from '#lib/server/accounts/change-email.ts';
import { wasKeptBy } from '#lib/server/accounts/kept.ts';
import { daysToStay } from '#lib/server/accounts/leave.ts';
import { findSafeguards } from '#lib/server/accounts/safeguards.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { listIdentities } from '#lib/server/identities/manage.ts';
import { hasLastMailFailed } from '#lib/server/mail/last.ts';
import { container } from '#lib/server/runtime/container.ts';
import { showFactors } from '#lib/server/second-factors/state.ts';

export const metadata: Metadata = { title: 'Account' };

export default async function AccountPage() {
  const { user, sessionId } = await requireUser();
  const deps = container();
  const { isEmailVerified, isTwoStep } = await findSafeguards(deps, user.id);
  const isUnproved = deps.env.SMTP_URL !== undefined && !isEmailVerified;
  const waiting = await findWaitingEmail(deps, user.id);
  const hasMailFailed = await hasLastMailFailed(deps, user.id);
  const isKept = await wasKeptBy(deps, { userId: user.id, sessionId });
  const identities = await listIdentities(deps, user.id);
  const { passkeys } = await showFactors(deps, user.id);
  const { OIDC_PROVIDERS, PASSWORD_SIGN_IN, PASSWORD_MIN_LENGTH } = deps.env;
  const providers = OIDC_PROVIDERS.map(({ id, name }) => ({ id, name }));
  const hasOtherWays = providers.length > 0 || identities.items.length > 0 || !identities.has_password;
  const term = 'text-sm text-muted';
  return (
    <>
      <PageHeading title="Account" />
      {isKept && (
        <p role="note" className="mb-4 rounded-md bg-accent-soft px-3 py-2.5 text-sm text-accent">
          Your account stays: you signed in before it was deleted.
        </p>
      )}
      <dl className="grid gap-x-6 gap-y-4 rounded-md border bg-raised p-5 sm:grid-cols-[10rem_1fr]">
        <dt className={term}>Name</dt>
        <dd className="-mt-3 wrap-anywhere sm:mt-0">{user.name ?? <span className="text-muted">Not given</span>}</dd>
        <dt className={term}>Email</dt>
        <dd className="-mt-3 wrap-anywhere sm:mt-0">
          <span>{user.email}</span>
          {isUnproved && (
            <>
              <p className="mt-1 text-sm text-muted">
                Not verified: no code or link that we mailed there was ever used.
              </p>
              {waiting?.email !== user.email && <ProveEmail email={user.email} />}
            </>
          )}
        </dd>
        <dt className={term}>Two-step sign-in</dt>
        <dd className="-mt-3 sm:mt-0">{isTwoStep ? 'On' : 'Off'}</dd>
        <dt className={term}>Member since</dt>
        <dd className="-mt-3 sm:mt-0">
          <Moment at={user.created_at} style="date" />
        </dd>
      </dl>
      {hasMailFailed && (
        <p className="mt-4 rounded-md bg-warn-soft px-3 py-2.5 text-sm text-warn">
          Our last mail to you did not arrive. If this address is no longer yours, change it below.
        </p>
      )}
      <Places />
      {hasOtherWays && (
        <WaysInSection
          identities={identities}
          providers={providers}
          passkeyCount={passkeys.length}
          passwords={PASSWORD_SIGN_IN === 'on' ? { email: user.email, minLength: PASSWORD_MIN_LENGTH } : null}
          now={deps.clock().toISOString()}
        />
      )}
      {isMailOn(deps.env) && (
        <EmailSection
          email={user.email}
          waiting={waiting && { email: waiting.email, until: waiting.expiresAt.toISOString() }}
          outboxHref={hasOutboxPage(deps.env) ? paths.outbox : null}
        />
      )}
      <YourData days={await daysToStay(deps, user.id)} />
    </>
  );
}
