'use client';

import { useRouter } from 'next/navigation';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { FormAlert, fieldProblem, line, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { askForEmail } from '#lib/client/accounts/email-calls.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { checkEmail } from './check-email.ts';
import { EmailField } from './email-field.tsx';
import { type WaitingEmail, WaitingForm } from './email-waiting.tsx';

interface EmailSectionProps {
  /** The present address. */
  email: string;
  waiting: WaitingEmail | null;
  /** Leads to where mails can be read if nobody sends them. */
  outboxHref: string | null;
}

/** Changes the address of an account: asks for the new one, then for the code that was mailed there. */
export function EmailSection({ email, waiting, outboxHref }: EmailSectionProps) {
  const section = useRef<HTMLElement>(null);
  const [isRefused, setRefused] = useState(false);
  useFocusAfterChange(section, waiting?.email ?? null);
  return (
    <section ref={section} className="mt-10" aria-labelledby="email-section">
      <h2 id="email-section" tabIndex={-1} className="text-lg font-semibold">
        {waiting ? 'Check your mail' : 'Email'}
      </h2>
      {waiting ? (
        <WaitingForm email={email} waiting={waiting} outboxHref={outboxHref} onCode={setRefused} />
      ) : (
        <AskForm isOver={isRefused} onAsked={() => setRefused(false)} />
      )}
    </section>
  );
}

/** Moves the focus to what has taken the place of the form that was sent, never when the page comes. */
function useFocusAfterChange(section: RefObject<HTMLElement | null>, waiting: string | null): void {
  const shown = useRef(waiting);
  useEffect(() => {
    if (shown.current === waiting) return;
    shown.current = waiting;
    section.current?.querySelector<HTMLElement>(waiting === null ? 'h2' : 'input[name=code]')?.focus();
  }, [section, waiting]);
}

function AskForm({ isOver, onAsked }: { isOver: boolean; onAsked(): void }) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { form, isBusy, problem } = useForm(async (data) => {
    const email = line(data, 'email');
    const wrong = fieldProblem({ email: checkEmail(email) });
    if (wrong) return wrong;
    const result = await askForEmail(client, email);
    if (!result.ok) return result.error;
    onAsked();
    router.refresh();
    return 'done';
  });
  return (
    <>
      <p className="mt-1 mb-6 text-sm text-muted">
        We mail a code to the new address. The one you have now is told, and can undo the change for 7 days.
      </p>
      {isOver && !problem && (
        <div className="max-w-sm">
          <FormAlert>
            That change is over: an hour has passed, or too many codes were wrong. Ask for it again.
          </FormAlert>
        </div>
      )}
      <form {...form} className="grid max-w-sm gap-2">
        <EmailField label="New email" autoComplete="email" errors={problem?.fields?.email} />
        <ProblemAlert problem={problem} />
        <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1 sm:w-fit">
          {isBusy ? 'Sending a code' : 'Change email'}
        </Button>
      </form>
    </>
  );
}
