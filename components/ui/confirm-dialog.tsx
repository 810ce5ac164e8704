'use client';

import { type ReactNode, type RefObject, useId } from 'react';
import { Button } from '#components/ui/button.tsx';

interface ConfirmDialogProps {
  /** Open it with `ref.current.showModal()`: the browser keeps the focus inside and gives it back. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  children: ReactNode;
  confirmLabel: string;
  cancelLabel: string;
  isBusy: boolean;
  onConfirm: () => void;
}

export function ConfirmDialog({
  ref,
  title,
  children,
  confirmLabel,
  cancelLabel,
  isBusy,
  onConfirm,
}: ConfirmDialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-md border bg-raised p-6 text-ink shadow-float open:arrive"
    >
      <h2 id={titleId} className="text-lg font-semibold">
        {title}
      </h2>
      <div className="mt-2 text-sm text-muted">{children}</div>
      <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
        <Button look="secondary" onClick={() => ref.current?.close()}>
          {cancelLabel}
        </Button>
        <Button look="danger" isBusy={isBusy} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </dialog>
  );
}
