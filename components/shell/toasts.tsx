'use client';

import { useSyncExternalStore } from 'react';
import { X } from '#components/ui/icons.tsx';

interface ToastInput {
  text: string;
  /** Decides how it is read out: an `alert` at once, and it stays until somebody dismisses it. */
  tone?: 'alert';
  action?: { label: string; run: () => void };
}
interface Toast extends ToastInput {
  id: number;
}

const quietMs = 6000;
const actionMs = 10_000;
const atMost = 3;

// Outside React, so that a call that ends after a navigation can still report.
const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();
const none: readonly Toast[] = [];
let toasts = none;
let lastId = 0;

/** Shows a message until its time is up or somebody dismisses it. The oldest of more than three makes room. */
export function toast(input: ToastInput): void {
  lastId += 1;
  const added: Toast = { ...input, id: lastId };
  publish([...toasts, added].slice(-atMost));
  startTimer(added);
}

function publish(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Takes a toast away. Returns false if it was gone already. */
function dismiss(id: number): boolean {
  const isThere = toasts.some((toast) => toast.id === id);
  clearTimeout(timers.get(id));
  timers.delete(id);
  publish(toasts.filter((toast) => toast.id !== id));
  return isThere;
}

function startTimer({ id, tone, action }: Toast): void {
  if (tone === 'alert') return;
  timers.set(
    id,
    setTimeout(() => dismiss(id), action ? actionMs : quietMs),
  );
}

/** Stops the clock of every toast while somebody reads, or reaches for a button. */
function stopTimers(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
}

function restartTimers(): void {
  stopTimers();
  for (const toast of toasts) startTimer(toast);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Shows the toasts. Its status region is there before the first of them, so that screen readers notice what appears in it. */
export function Toaster() {
  const shown = useSyncExternalStore(
    subscribe,
    () => toasts,
    () => none,
  );
  return (
    <div
      role="status"
      onPointerEnter={stopTimers}
      onPointerLeave={restartTimers}
      onFocus={stopTimers}
      onBlur={restartTimers}
      className="pointer-events-none fixed inset-x-4 bottom-20 z-20 grid justify-items-center gap-2 sm:inset-x-auto sm:right-6 sm:bottom-6 sm:justify-items-end"
    >
      {shown.map((toast) => (
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
          onClick={() => dismiss(id) && action.run()}
          className="min-h-9 shrink-0 cursor-pointer rounded-md px-3 font-medium text-accent hover:bg-accent-soft"
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        onClick={() => dismiss(id)}
        className="grid size-9 shrink-0 cursor-pointer place-items-center rounded-md text-muted hover:bg-sunken hover:text-ink"
      >
        <X size={16} />
        <span className="sr-only">Dismiss</span>
      </button>
    </div>
  );
}
