'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { PasswordField } from '#components/ui/field.tsx';
import { fieldProblem, type Outcome, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { changePassword } from '#lib/client/begin-session.ts';
import { checkNewPassword } from './checks.ts';
import { NewPasswordField } from './new-field.tsx';

async function send(client: AuthClient, data: FormData, minLength: number): Promise<Outcome> {
  const current = text(data, 'current_password');
  const chosen = text(data, 'new_password');
  const wrong = fieldProblem({
    current_password: current === '' ? 'Enter the password you have now.' : null,
    new_password:
      chosen !== '' && chosen === current ? 'This is the password you have now.' : checkNewPassword(chosen, minLength),
  });
  if (wrong) return wrong;
  const result = await changePassword(client, { current_password: current, new_password: chosen });
  return result.ok ? 'done' : result.error;
}

/** Changes the password, which signs out every other device. `email` is for password managers and the strength meter. */
export function ChangePasswordForm({ email, minLength }: { email: string; minLength: number }) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const [changes, setChanges] = useState(0);
  const { form, isBusy, problem } = useForm(async (data) => {
    const outcome = await send(client, data, minLength);
    if (outcome !== 'done') return outcome;
    setChanges((count) => count + 1);
    toast({ text: 'Password changed. Every other device is signed out.' });
    router.refresh();
    return 'done';
  });
  return (
    // A new key empties the fields, the strength meter with them.
    <form key={changes} {...form} className="grid max-w-sm gap-2">
      {/* Password managers look for whose password it is. */}
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <PasswordField
        label="Current password"
        name="current_password"
        autoComplete="current-password"
        errors={problem?.fields?.current_password}
      />
      <NewPasswordField
        label="New password"
        name="new_password"
        minLength={minLength}
        email={email}
        errors={problem?.fields?.new_password}
      />
      <ProblemAlert problem={problem} />
      <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="mt-1 sm:w-fit">
        {isBusy ? 'Changing your password' : 'Change password'}
      </Button>
    </form>
  );
}
