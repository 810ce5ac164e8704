'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { fieldProblem, line, ProblemAlert, useForm } from '#components/ui/form.tsx';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { renamePasskey } from '#lib/client/passkeys/calls.ts';
import type { PasskeyInfo } from '#lib/core/passkeys/contract.ts';

/** Asks for the name of a passkey. */
export function NameForm({ passkey, onDone }: { passkey: PasskeyInfo; onDone(): void }) {
  const router = useRouter();
  const { client } = useAuth();
  const box = useRef<HTMLDivElement>(null);
  const { form, isBusy, problem } = useForm(async (data) => {
    const name = line(data, 'name');
    const wrong = fieldProblem({ name: name ? null : 'Enter a name.' });
    if (wrong) return wrong;
    const result = await renamePasskey(client, passkey.id, name);
    if (!result.ok) return result.error;
    toast({ text: 'The passkey is renamed.' });
    router.refresh();
    onDone();
    return 'done';
  });
  useEffect(() => box.current?.querySelector('input')?.select(), []);
  return (
    <form {...form} className="min-w-0 flex-1 basis-48">
      <div ref={box}>
        <TextField
          label="Name of this passkey"
          name="name"
          defaultValue={passkey.name}
          autoComplete="off"
          maxLength={100}
          hint="For example “My phone” or “Key on my keyring”."
          errors={problem?.fields?.name}
        />
      </div>
      <ProblemAlert problem={problem} />
      <div className="mt-1 flex flex-col gap-3 sm:flex-row">
        <Button type="submit" size="small" className="max-sm:min-h-11" isBusy={isBusy}>
          Save
        </Button>
        <Button look="secondary" size="small" className="max-sm:min-h-11" onClick={onDone}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
