'use client';

import { type ReactNode, useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { keepChoice } from '#components/ui/choice-cookie.ts';

/** Names the cookie that switches shortcuts off: single keys get in the way of people who speak to their computer. */
const cookie = 'latchkey-keys';
const listeners = new Set<() => void>();

function areShortcutsOn(): boolean {
  return !document.cookie.includes(`${cookie}=off`);
}

/** Switches shortcuts on or off, and remembers it on this device. */
export function switchShortcuts(on: boolean): void {
  keepChoice(cookie, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells whether shortcuts are switched on; on the server, they are. */
export function useShortcutsOn(): boolean {
  return useSyncExternalStore(subscribe, areShortcutsOn, () => true);
}

/** Tells whether a key was pressed by itself: with no modifier but Shift, not to compose a character, and not handled yet. */
export function isPlainKey(event: KeyboardEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.altKey || event.isComposing || event.defaultPrevented);
}

const typing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog';

/** Runs the action of a pressed key, unless somebody is typing, a dialog is in front, or shortcuts are switched off. */
export function useShortcuts(actions: Record<string, () => void>): void {
  const run = useEffectEvent((event: KeyboardEvent) => {
    const action = isPlainKey(event) && areShortcutsOn() ? actions[event.key] : undefined;
    const isTyping = event.target instanceof HTMLElement && event.target.closest(typing) !== null;
    if (!action || isTyping || event.repeat) return;
    event.preventDefault();
    action();
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => run(event);
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded-sm border bg-sunken px-1.5 font-mono text-xs text-muted">
      {children}
    </kbd>
  );
}

/** Shows which key leads here, while shortcuts are on and the device has a mouse, and so most likely a keyboard. */
export function KeyHint({ children }: { children: ReactNode }) {
  const isOn = useShortcutsOn();
  return (
    <span aria-hidden className={`hidden sm:pointer-fine:inline ${isOn ? '' : 'invisible'}`}>
      <Key>{children}</Key>
    </span>
  );
}
