'use client';

import { useState } from 'react';
import { Check, Copy } from './icons.tsx';
import { useHydrated } from './use-hydrated.ts';

/** Copies `text` to the clipboard and says so for two seconds. `label` names what is copied to screen readers. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const isHydrated = useHydrated();
  const Icon = isCopied ? Check : Copy;

  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  }

  return (
    <button
      type="button"
      disabled={!isHydrated}
      onClick={() => void copy().catch(() => setCopied(false))}
      className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
    >
      <Icon size={16} />
      <span className="sr-only" aria-live="polite">
        {isCopied ? 'Copied' : `Copy ${label}`}
      </span>
    </button>
  );
}
