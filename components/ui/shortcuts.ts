import { useEffect, useEffectEvent, useSyncExternalStore } from 'react';
import { keepChoice } from '#components/ui/choice-cookie.ts';

/** Keys that work without a modifier get in the way of people who speak to their computer, so they can be switched off. */
const cookie = 'latchkey-keys';
const listeners = new Set<() => void>();

export function areShortcutsOn(): boolean {
  return !document.cookie.includes(`${cookie}=off`);
}

export function switchShortcuts(on: boolean): void {
  keepChoice(cookie, on ? 'on' : 'off');
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useShortcutsOn(): boolean {
  return useSyncExternalStore(subscribe, areShortcutsOn, () => true);
}

/** A key pressed by itself, and not as a part of composing a character. */
export function isPlainKey(event: KeyboardEvent): boolean {
  return !(event.metaKey || event.ctrlKey || event.altKey || event.isComposing || event.defaultPrevented);
}

const typing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog';

/** Runs what belongs to the pressed key, where nobody is typing and nothing is in front. */
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
