'use client';

import { useRouter } from 'next/navigation';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { fieldProblem, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { Moment } from '#components/ui/time.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { confirmEmail, giveUpEmail } from '#lib/client/accounts/email-calls.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { CodeField, readCode } from './code-field.tsx';

/** A change that waits for its code: to another address, or to prove the present one. */
export interface WaitingEmail {
  email: string;
  /** The end of its time, in ISO 8601. */
  until: string;
}

interface WaitingFormProps {
  /** The present address. */
  email: string;
  waiting: WaitingEmail;
  /** Leads to where mails can be read if nobody sends them. */
  outboxHref: string | null;
  /** Called with whether the code was refused. */
  onCode(isRefused: boolean): void;
}

/** Asks for the code that makes a change of address, which can be given up. */
export function WaitingForm({ email, waiting, outboxHref, onCode }: WaitingFormProps) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const isProof = waiting.email === email;
  const { form, isBusy, problem } = useForm(async (data) => {
    const { code, problem: mistake } = readCode(data);
    const wrong = fieldProblem({ code: mistake });
    if (wrong) return wrong;
    const result = await confirmEmail(client, code);
    onCode(!result.ok && result.error.fields?.code !== undefined);
    // A wrong code may have been the last.
    router.refresh();
    if (!result.ok) return result.error;
    void import('#lib/client/passkeys/signals.ts').then(({ signalDetails }) =>
      signalDetails(client, result.value.user),
    );
    toast({
      text: isProof ? 'Your email is verified.' : 'Your email is changed. Every other device is signed out.',
    });
    return 'done';
  });
  return (
    <>
      <div className="mt-1 mb-6 grid gap-2 text-sm text-muted">
        <p>
          We mailed a code to <strong className="font-medium wrap-anywhere text-ink">{waiting.email}</strong>.{' '}
          <span>
            {isProof ? 'Type it here to show that you read mail there.' : 'Type it here to make that your email.'}
          </span>{' '}
          It is good until <Moment at={waiting.until} />.
        </p>
        {outboxHref !== null && (
          <p>
            This app has no mail server yet.{' '}
            <a href={outboxHref} className="link">
              Read the mail in the outbox
            </a>
          </p>
        )}
      </div>
      <form {...form} className="grid max-w-sm gap-2">
        <CodeField errors={problem?.fields?.code} />
        <ProblemAlert problem={problem} />
        <div className="mt-1 flex flex-col gap-3 sm:flex-row">
          <Button type="submit" disabled={!isHydrated} isBusy={isBusy}>
            {isBusy ? 'Confirming' : 'Confirm'}
          </Button>
          <GiveUp onDone={() => onCode(false)} />
        </div>
      </form>
    </>
  );
}

function GiveUp({ onDone }: { onDone(): void }) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { isBusy, run } = useOneAtATime();
  const giveUp = () =>
    run(async () => {
      const result = await giveUpEmail(client);
      if (!result.ok) return toast({ text: problemWords(result.error) });
      onDone();
      toast({ text: 'The change of your email is given up.' });
      router.refresh();
    });
  return (
    <Button look="secondary" disabled={!isHydrated} isBusy={isBusy} onClick={() => void giveUp()}>
      Give up
    </Button>
  );
}
