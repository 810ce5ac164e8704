'use client';

import { type ReactNode, type RefObject, useId } from 'react';

interface DialogProps {
  /** Open it with `ref.current.showModal()`: the browser keeps the focus inside and gives it back. */
  ref: RefObject<HTMLDialogElement | null>;
  title: string;
  onClose?: () => void;
  children: ReactNode;
}

export function Dialog({ ref, title, onClose, children }: DialogProps) {
  const titleId = useId();
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
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
