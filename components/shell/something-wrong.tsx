'use client';

import { Button } from '#components/ui/button.tsx';
import { CopyButton } from '#components/ui/copy-button.tsx';
import { MessagePage } from './message-page.tsx';

interface SomethingWrongProps {
  error: unknown;
  onRetry: () => void;
}

function digestOf(error: unknown): string | null {
  return error instanceof Error && 'digest' in error && typeof error.digest === 'string' ? error.digest : null;
}

/** Says that the fault is ours, what to do about it, and which reference to send us where there is one. */
export function SomethingWrong({ error, onRetry }: SomethingWrongProps) {
  const digest = digestOf(error);
  return (
    <MessagePage title="Something went wrong on our side">
      <p role="alert" className="text-muted">
        What you had saved before is safe. Try again; if it happens once more, tell us and send this reference along.
      </p>
      {digest && (
        <p className="flex w-full items-center justify-between gap-2 rounded-md border bg-raised py-1 pr-1 pl-4">
          <code className="min-w-0 font-mono text-sm wrap-anywhere">{digest}</code>
          <CopyButton text={digest} label="the reference" />
        </p>
      )}
      <Button onClick={onRetry} className="mt-2">
        Try again
      </Button>
    </MessagePage>
  );
}
