'use client';

import type { ReactNode, RefObject } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';

interface ConfirmDialogProps {
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
