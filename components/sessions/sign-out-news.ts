/** Somebody presses "Sign out": told to every tab of this browser, this one too, before it happens. */
const name = 'latchkey-sign-out';

export function announceSignOut(): void {
  window.dispatchEvent(new Event(name));
  if (typeof BroadcastChannel === 'undefined') return;
  const channel = new BroadcastChannel(name);
  channel.postMessage(null);
  channel.close();
}

/** Returns what takes the listener off. */
export function onSignOut(listener: () => void): () => void {
  window.addEventListener(name, listener);
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(name);
  if (channel) channel.onmessage = listener;
  return () => {
    window.removeEventListener(name, listener);
    channel?.close();
  };
}
