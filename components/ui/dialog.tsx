'use client';

import { type ReactNode, type RefObject, useId } from 'react';
import { Button } from './button.tsx';

interface DialogProps {
  /** Opens the dialog by `showModal()`. The browser then keeps the focus inside, and gives it back afterwards. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  /** Id of the text that says what the dialog is about. Screen readers read it out after the title. */
  describedBy?: string;
  onClose?: () => void;
  children: ReactNode;
}

/** Shows a modal dialog under its title. Escape closes it. */
export function Dialog({ ref, title, describedBy, onClose, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      aria-describedby={describedBy}
      onClose={onClose}
      className="m-auto w-[calc(100%-2rem)] max-w-md rounded-md border bg-raised p-6 text-ink shadow-float open:arrive"
    >
      <h2 id={titleId} className="text-lg font-semibold">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

interface ConfirmDialogProps extends Omit<DialogProps, 'onClose' | 'describedBy'> {
  confirmLabel: string;
  cancelLabel: string;
  isBusy: boolean;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. Stays open when confirmed, to show that the work is under way. */
export function ConfirmDialog({
  ref,
  title,
  children,
  confirmLabel,
  cancelLabel,
  isBusy,
  onConfirm,
}: ConfirmDialogProps) {
  return (
    <Dialog ref={ref} title={title}>
      <div className="mt-2 text-sm text-muted">{children}</div>
      <div className="mt-6 flex flex-col-reverse gap-3 sm:flex-row sm:justify-end">
        <Button look="secondary" onClick={() => ref.current?.close()}>
          {cancelLabel}
        </Button>
        <Button look="danger" isBusy={isBusy} onClick={onConfirm}>
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
