'use client';

import { useEffect, useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { fieldProblem, line, type Outcome, ProblemAlert, useForm } from '#components/ui/form.tsx';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { confirmTotp } from '#lib/client/second-factors/calls.ts';
import type { TotpSetup } from '#lib/core/second-factors/contract.ts';
import { inGroupsOfFour } from '#lib/core/second-factors/groups.ts';

interface ScanFormProps {
  setup: TotpSetup;
  /** Called once the app is in use, with the recovery codes that were made. */
  onConfirmed(codes: string[] | undefined): void;
  onCancel(): void;
}

type Confirmed = ScanFormProps['onConfirmed'];

async function send(client: AuthClient, data: FormData, onConfirmed: Confirmed): Promise<Outcome> {
  const code = line(data, 'code').replace(/\s/g, '');
  const wrong = fieldProblem({ code: /^\d{6}$/.test(code) ? null : 'Enter the 6 digits in your app.' });
  if (wrong) return wrong;
  const endsOthers = data.has('end_other_sessions');
  const result = await confirmTotp(client, { code, ...(endsOthers && { end_other_sessions: true }) });
  if (!result.ok) return result.error;
  onConfirmed(result.value.recovery_codes);
  return 'done';
}

/** Shows a picture for an authenticator app, and the key in it, and asks for the first code. */
export function ScanForm({ setup: { secret, qr }, onConfirmed, onCancel }: ScanFormProps) {
  const { client } = useAuth();
  const heading = useRef<HTMLHeadingElement>(null);
  const { form, isBusy, problem } = useForm((data) => send(client, data, onConfirmed));
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="rounded-md border bg-raised p-5">
      <h3 ref={heading} tabIndex={-1} className="font-medium">
        Scan this with your authenticator app
      </h3>
      <Picture {...qr} />
      <p className="text-sm text-muted">Or type this key into it:</p>
      <div className="mb-5 flex items-center gap-1">
        <code className="font-mono text-sm break-words">{inGroupsOfFour(secret)}</code>
        <CopyButton text={secret} label="the key" />
      </div>
      <form {...form} className="grid max-w-sm gap-2">
        <TextField
          label="Code"
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={20}
          className="font-mono text-lg tracking-widest"
          hint="The 6 digits that your app shows now."
          errors={problem?.fields?.code}
        />
        <label className="mb-2 flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
          <input type="checkbox" name="end_other_sessions" className="tick size-5" />
          Sign out my other devices
        </label>
        <ProblemAlert problem={problem} />
        <div className="flex flex-col gap-3 sm:flex-row">
          <Button type="submit" isBusy={isBusy}>
            {isBusy ? 'Turning it on' : 'Turn on'}
          </Button>
          <Button look="secondary" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </div>
  );
}

/** Draws a QR code, dark on white in either theme, as scanners need it. */
function Picture({ size, path }: TotpSetup['qr']) {
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="Picture for your authenticator app"
      shapeRendering="crispEdges"
      className="my-4 size-52 rounded-md border"
    >
      <rect width={size} height={size} fill="white" />
      <path d={path} fill="black" />
    </svg>
  );
}
