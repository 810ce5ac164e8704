/** Toasts live outside React so that whatever ends well or badly can say so, whichever page is up by then. */

export interface ToastInput {
  text: string;
  /** `alert` is read out at once and stays until it is dismissed. */
  tone?: 'quiet' | 'alert';
  action?: { label: string; run: () => void };
}
export interface Toast extends ToastInput {
  id: number;
}

const quietMs = 6000;
const actionMs = 10_000;

const listeners = new Set<() => void>();
const timers = new Map<number, ReturnType<typeof setTimeout>>();
let toasts: readonly Toast[] = [];
let lastId = 0;

function publish(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Three at most are on screen; the oldest makes room. */
export function toast(input: ToastInput): void {
  lastId += 1;
  const added: Toast = { ...input, id: lastId };
  publish([...toasts, added].slice(-3));
  startTimer(added);
}

export function dismissToast(id: number): void {
  clearTimeout(timers.get(id));
  timers.delete(id);
  publish(toasts.filter((toast) => toast.id !== id));
}

/** While somebody reads or reaches for the button, time stands still. */
export function holdToasts(): void {
  for (const timer of timers.values()) clearTimeout(timer);
  timers.clear();
}
export function releaseToasts(): void {
  holdToasts();
  for (const toast of toasts) startTimer(toast);
}

function startTimer(toast: Toast) {
  if (toast.tone === 'alert') return;
  timers.set(
    toast.id,
    setTimeout(() => dismissToast(toast.id), toast.action ? actionMs : quietMs),
  );
}

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function currentToasts(): readonly Toast[] {
  return toasts;
}

const none: readonly Toast[] = [];
export function noToasts(): readonly Toast[] {
  return none;
}
