import type { Metadata } from 'next';
import { ChangePasswordForm } from '#components/passwords/change-form.tsx';
import { BackLink, PageHeading } from '#components/ui/page-heading.tsx';
import { paths } from '#lib/core/routes.ts';
import { requireUser } from '#lib/server/http/current-user.ts';
import { container } from '#lib/server/runtime/container.ts';

export const metadata: Metadata = { title: 'Security' };

export default async function SecurityPage() {
  const { user } = await requireUser();
  const { env } = container();
  return (
    <>
      <BackLink href={paths.account}>Back</BackLink>
      <PageHeading title="Security" lead="How you show that it is you." />
      <section>
        <h2 className="text-lg font-semibold">Password</h2>
        <p className="mt-1 mb-6 text-sm text-muted">
          Every other device is signed out when you change it. This one stays signed in.
        </p>
        <ChangePasswordForm email={user.email} minLength={env.PASSWORD_MIN_LENGTH} />
      </section>
    </>
  );
}
