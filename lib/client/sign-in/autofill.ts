/** Offers passkeys among the suggestions of a field whose `autocomplete` ends with `webauthn`. */
import type { ClientParts } from '#lib/client/cookie-calls.ts';
import { type ShownPasskey, showPasskey } from '#lib/client/passkeys/show.ts';

/** Milliseconds after which a new ceremony begins: one is good for five minutes, and who picks has to be in time. */
const renewMs = 4 * 60 * 1000;

/** Failures after which nothing is offered any more, so that what always fails is not asked for again and again. */
const failuresMost = 3;

/** Milliseconds in which no person picks a passkey. */
const atOnceMs = 1000;

export interface Autofill {
  /** Takes the offer back. Resolves once the browser is free for another ceremony. */
  stop(): Promise<void>;
}

/**
 * Offers passkeys until one is taken. `onPicked` signs in with one, and returns false if that failed: then they are offered anew, as
 * they are every four minutes. While the page is hidden, nothing new is asked for. Offers none where the browser cannot.
 */
export function offerPasskeys(parts: ClientParts, onPicked: (shown: ShownPasskey) => Promise<boolean>): Autofill {
  const controller = new AbortController();
  const { signal } = controller;
  const ended = (async () => {
    if (!(await canOffer())) return;
    for (let failures = 0; failures < failuresMost && !signal.aborted; ) {
      await untilVisible(parts, signal);
      const startedAt = Date.now();
      const { shown, isRenewed } = await offerOnce(parts, signal);
      if (isRenewed) continue;
      // What the browser refuses at once was picked by nobody, and would be refused again. A lost network comes back.
      if (!shown.ok && shown.error.code.startsWith('passkey_') && Date.now() - startedAt < atOnceMs) return;
      if (shown.ok && (await onPicked(shown.value))) return;
      failures += 1;
    }
  })();
  return {
    stop() {
      controller.abort();
      return ended;
    },
  };
}

async function canOffer(): Promise<boolean> {
  const isAvailable = await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false);
  return isAvailable === true;
}

/** Offers passkeys in one ceremony. `isRenewed` tells that it was given up for the next one, or for good. */
async function offerOnce(parts: ClientParts, signal: AbortSignal) {
  const { env } = parts;
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  // By the clock on the wall: timers may stand still while a device sleeps.
  const dueAt = Date.now() + renewMs;
  const renew = () => {
    if (Date.now() >= dueAt && env.isVisible()) abort();
  };
  const cancelTimer = env.setTimer(renew, renewMs);
  const stopListening = env.onWake(renew);
  const shown = await showPasskey(parts, {
    purpose: 'sign_in',
    signal: controller.signal,
    mediation: 'conditional',
  });
  cancelTimer();
  stopListening();
  signal.removeEventListener('abort', abort);
  return { shown, isRenewed: !shown.ok && controller.signal.aborted };
}

function untilVisible({ env }: ClientParts, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (env.isVisible() || signal.aborted) return resolve();
    const done = () => {
      stopListening();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const stopListening = env.onWake((event) => event === 'visible' && done());
    signal.addEventListener('abort', done);
  });
}
