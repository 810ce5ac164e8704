'use client';

import { useSyncExternalStore } from 'react';
import { X } from '#components/ui/icons.tsx';
import {
  currentToasts,
  dismissToast,
  holdToasts,
  noToasts,
  releaseToasts,
  subscribeToasts,
  type Toast,
} from './toast-store.ts';

/** The status region: always there, so that what appears in it is read out. */
export function Toaster() {
  const toasts = useSyncExternalStore(subscribeToasts, currentToasts, noToasts);
  return (
    <div
      role="status"
      onPointerEnter={holdToasts}
      onPointerLeave={releaseToasts}
      onFocus={holdToasts}
      onBlur={releaseToasts}
      className="pointer-events-none fixed inset-x-4 bottom-20 z-20 grid justify-items-center gap-2 sm:inset-x-auto sm:right-6 sm:bottom-6 sm:justify-items-end"
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const { id, text, tone, action } = toast;
  return (
    <div className="arrive pointer-events-auto flex w-full max-w-md items-center gap-1 rounded-md border bg-raised py-1.5 pr-1.5 pl-4 text-sm shadow-float sm:min-w-80">
      <p
        role={tone === 'alert' ? 'alert' : undefined}
        className={`mr-auto min-w-0 py-1.5 wrap-anywhere ${tone === 'alert' ? 'text-danger' : ''}`}
      >
        {text}
      </p>
      {action && (
        <button
          type="button"
          onClick={() => {
            dismissToast(id);
            action.run();
          }}
          className="min-h-9 shrink-0 cursor-pointer rounded-md px-3 font-medium text-accent hover:bg-accent-soft"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        onClick={() => dismissToast(id)}
        className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      >
        <X size={16} aria-hidden />
        <span className="sr-only">Dismiss</span>
      </button>
    </div>
  );
}
