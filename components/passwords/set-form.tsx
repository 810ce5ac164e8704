'use client';

import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { fieldProblem, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { changePassword } from '#lib/client/begin-session.ts';
import { checkNewPassword } from './checks.ts';
import { NewPasswordField } from './new-field.tsx';

interface SetPasswordFormProps {
  /** Tells password managers whose password it is, and the strength meter what not to take. */
  email: string;
  minLength: number;
  /** True if the form has just taken the place of a button, and takes its focus. */
  hasFocus?: boolean;
  /** Called once the password is set. */
  onDone?: () => void;
  /** Called by whoever would rather not. Left out, there is no button for it. */
  onCancel?: () => void;
}

/** Sets the first password of an account that has none, which signs out every other device. */
export function SetPasswordForm({ email, minLength, hasFocus = false, onDone, onCancel }: SetPasswordFormProps) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const { form, isBusy, problem } = useForm(async (data) => {
    const chosen = text(data, 'new_password');
    const wrong = fieldProblem({ new_password: checkNewPassword(chosen, minLength) });
    if (wrong) return wrong;
    const result = await changePassword(client, { new_password: chosen });
    if (!result.ok) return result.error;
    toast({ text: 'Your password is set. Every other device is signed out.' });
    onDone?.();
    router.refresh();
    return 'done';
  });
  useEffect(() => {
    if (hasFocus) form.ref.current?.querySelector<HTMLElement>('input[name=new_password]')?.focus();
  }, [hasFocus, form.ref]);
  return (
    <form {...form} className="grid max-w-sm gap-2">
      {/* Password managers look for whose password it is. */}
      <input type="text" name="username" autoComplete="username" defaultValue={email} readOnly hidden />
      <NewPasswordField
        label="New password"
        name="new_password"
        minLength={minLength}
        email={email}
        errors={problem?.fields?.new_password}
      />
      <ProblemAlert problem={problem} />
      <div className="mt-1 flex flex-col gap-3 sm:flex-row">
        <Button type="submit" disabled={!isHydrated} isBusy={isBusy}>
          {isBusy ? 'Setting your password' : 'Set password'}
        </Button>
        {onCancel && (
          <Button look="secondary" onClick={onCancel}>
            Leave it
          </Button>
        )}
      </div>
    </form>
  );
}
