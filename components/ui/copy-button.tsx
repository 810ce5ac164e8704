'use client';

import { useState } from 'react';
import { Check, Copy } from '#components/ui/icons.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';

/** Copies `text`. `label` says what that is, for those who don't see it. */
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
