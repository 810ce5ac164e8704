'use client';

import { ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useSignInClient } from './client.ts';
import { PasskeyButton } from './passkey-button.tsx';
import { RememberMe } from './remember.tsx';

interface PasskeyFormProps {
  /** Path to go to once signed in. The server has checked that it is one of this app's. */
  next: string;
  /** False where the app has no passkeys. */
  hasPasskeys: boolean;
}

/** Signs in with a passkey, where no password does. "Remember me" counts for the providers on the page, too. */
export function PasskeyForm({ next, hasPasskeys }: PasskeyFormProps) {
  const { client, goOn } = useSignInClient(next);
  const { form, isBusy, problem, attempt } = useForm(async () => 'done');
  return (
    <form {...form} className="grid gap-2">
      <RememberMe />
      <ProblemAlert problem={problem} />
      {hasPasskeys && (
        <PasskeyButton
          client={client}
          isBusy={isBusy}
          attempt={attempt}
          remembers={() => form.ref.current !== null && new FormData(form.ref.current).has('remember')}
          goOn={goOn}
        />
      )}
    </form>
  );
}
