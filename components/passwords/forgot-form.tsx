'use client';

import { useState } from 'react';
import { checkEmail } from '#components/accounts/check-email.ts';
import { EmailField } from '#components/accounts/email-field.tsx';
import { Button } from '#components/ui/button.tsx';
import { fieldProblem, line, type Outcome, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { askForPasswordLink } from '#lib/client/passwords/calls.ts';
import { paths } from '#lib/core/routes.ts';

async function ask(data: FormData): Promise<Outcome> {
  const email = line(data, 'email');
  const wrong = fieldProblem({ email: checkEmail(email) });
  if (wrong) return wrong;
  const result = await askForPasswordLink(email);
  return result.ok ? 'done' : result.error;
}

/**
 * Asks for a mail with a link to set a new password, and says the same whether the address has an account or not. `outboxHref`
 * leads to where the mail can be read if nobody sends it.
 */
export function ForgotForm({ outboxHref }: { outboxHref: string | null }) {
  const isHydrated = useHydrated();
  const [isDone, setDone] = useState(false);
  const { form, isBusy, problem } = useForm(async (data) => {
    const outcome = await ask(data);
    if (outcome === 'done') setDone(true);
    return outcome;
  });
  return (
    <>
      <div role="status">{isDone && <Sent outboxHref={outboxHref} />}</div>
      {!isDone && (
        <form {...form} className="grid gap-2">
          <EmailField errors={problem?.fields?.email} />
          <ProblemAlert problem={problem} />
          <Button type="submit" disabled={!isHydrated} isBusy={isBusy}>
            {isBusy ? 'Sending a link' : 'Send a link'}
          </Button>
        </form>
      )}
    </>
  );
}

function Sent({ outboxHref }: { outboxHref: string | null }) {
  return (
    <div className="grid gap-4">
      <p>
        If this address has an account, a mail with a link is on its way to it. The link works once, and the mail says
        until when.
      </p>
      {outboxHref === null ? (
        <p>Nothing after a few minutes? Look where unwanted mail goes.</p>
      ) : (
        <p>
          This app has no mail server yet.{' '}
          <a href={outboxHref} className="link">
            Read the mail in the outbox
          </a>
        </p>
      )}
      <p className="text-sm text-muted">
        No mail? The address may have a typing mistake in it.{' '}
        <a href={paths.forgot} className="link">
          Try again
        </a>
      </p>
    </div>
  );
}
