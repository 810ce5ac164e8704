'use client';

import { useRef } from 'react';
import { announceSignOut } from '#components/sessions/sign-out.tsx';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { ConfirmDialog } from '#components/ui/dialog.tsx';
import { gaveUp, problemWords } from '#components/ui/problem.ts';
import { useOneAtATime } from '#components/ui/use-one-at-a-time.ts';
import { type DataFile, leave, takeData } from '#lib/client/accounts/leaving-calls.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { paths } from '#lib/core/routes.ts';

/** Offers what a person may do with all that is kept about them: take it along, or have it deleted after `days`. */
export function YourData({ days }: { days: number }) {
  const row = 'flex flex-col items-start gap-x-6 gap-y-3 p-5 sm:flex-row sm:items-center sm:justify-between';
  return (
    <section aria-labelledby="your-data" className="mt-10">
      <h2 id="your-data" className="mb-3 text-lg font-semibold">
        Your data
      </h2>
      <div className="divide-y rounded-md border bg-raised">
        <div className={row}>
          <p className="text-sm text-muted">Take along all that is kept about you, as one file (JSON).</p>
          <Download />
        </div>
        <div className={row}>
          <p className="text-sm text-muted">
            {days === 0
              ? 'Delete your account and everything in it, at once.'
              : `Delete your account and everything in it. For ${inDays(days)} you can still change your mind.`}
          </p>
          <DeleteAccount days={days} />
        </div>
      </div>
    </section>
  );
}

function Download() {
  const { client } = useAuth();
  const { isBusy, run } = useOneAtATime();

  async function download() {
    const result = await takeData(client);
    if (result.ok) return save(result.value);
    if (result.error.code !== gaveUp)
      toast({ tone: 'alert', text: `There is no file yet. ${problemWords(result.error)}` });
  }

  return (
    <Button look="secondary" isBusy={isBusy} onClick={() => void run(download)}>
      Download your data
    </Button>
  );
}

/** Has the browser keep a file, as it keeps what is downloaded. */
function save({ name, content }: DataFile): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Later: some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function DeleteAccount({ days }: { days: number }) {
  const { client } = useAuth();
  const dialog = useRef<HTMLDialogElement>(null);
  const { isBusy, run } = useOneAtATime();

  async function close() {
    announceSignOut();
    const result = await leave(client);
    if (result.ok) {
      location.replace(`${paths.login}?left=${encodeURIComponent(result.value?.deletes_at ?? 'gone')}`);
      return 'leaving';
    }
    dialog.current?.close();
    if (result.error.code !== gaveUp)
      toast({ tone: 'alert', text: `We could not delete your account. ${problemWords(result.error)}` });
  }

  return (
    <>
      <Button look="secondary" onClick={() => dialog.current?.showModal()} className="text-danger">
        Delete account
      </Button>
      <ConfirmDialog
        ref={dialog}
        title="Delete your account?"
        confirmLabel="Delete account"
        cancelLabel="Keep account"
        isBusy={isBusy}
        onConfirm={() => void run(close)}
      >
        <p>
          {days === 0
            ? 'Your account and everything in it is deleted at once. Nothing brings it back.'
            : `You are signed out on every device now. After ${inDays(days)} your account and everything in it is deleted, and nothing brings it back. To keep it, sign in before then.`}
        </p>
      </ConfirmDialog>
    </>
  );
}

const inDays = (days: number) => (days === 1 ? 'a day' : `${days} days`);
