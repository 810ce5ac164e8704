'use client';

import { lazy, Suspense, useState } from 'react';
import { KeyHint, useShortcuts } from './shortcuts.tsx';

const KeysDialog = lazy(() => import('./keys-dialog.tsx'));

/** Opens the list of keys by a button or `?`. The list itself is loaded once somebody asks for it. */
export function KeysHelp() {
  const [isOpen, setOpen] = useState(false);
  useShortcuts({ '?': () => setOpen(true) });
  return (
    <div className="mt-4 hidden text-xs sm:pointer-fine:block">
      <button
        type="button"
        onClick={() => setOpen(true)}
        className="-mx-2 inline-flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2 text-muted hover:text-ink"
      >
        Keyboard shortcuts
        <KeyHint>?</KeyHint>
      </button>
      <Suspense>{isOpen && <KeysDialog onClose={() => setOpen(false)} />}</Suspense>
    </div>
  );
}
