'use client';

import type { ReactNode } from 'react';
import { useShortcutsOn } from '#components/ui/shortcuts.ts';

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border bg-sunken px-1.5 font-mono text-xs text-muted">
      {children}
    </kbd>
  );
}

/** The key that leads here, for those who have a keyboard and want it. */
export function KeyHint({ children }: { children: ReactNode }) {
  const isOn = useShortcutsOn();
  return (
    <span aria-hidden className={`hidden sm:pointer-fine:inline ${isOn ? '' : 'invisible'}`}>
      <Key>{children}</Key>
    </span>
  );
}
