/** A task that a process has to finish before it ends: stopping timers, sending what is buffered, closing files. */
type Work = () => void | Promise<void>;

// Global, since server.ts and Next's bundles each have modules of their own.
declare global {
  var latchkeyDrain: Set<Work> | undefined;
}

/** Work that requests have left behind. Only server.ts's modules add to it. */
const pending = new Set<Promise<unknown>>();

/** Registers work that is done before the process ends. */
export function onDrain(work: Work): void {
  globalThis.latchkeyDrain ??= new Set();
  globalThis.latchkeyDrain.add(work);
}

/** Keeps the process, and its database, until `work` is finished, but for 9 s at most. Next logs work that fails. */
export function waitUntil(work: Promise<unknown>): void {
  const finished: Promise<unknown> = Promise.allSettled([work]).then(() => pending.delete(finished));
  pending.add(finished);
}

/** Waits for what requests have left behind, then does all registered work, concurrently. Ignores failures. */
export async function drain(): Promise<void> {
  while (pending.size > 0) await Promise.allSettled(pending);
  await Promise.allSettled([...(globalThis.latchkeyDrain ?? [])].map(async (work) => work()));
}
