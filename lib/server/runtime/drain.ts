/** A task that a process has to finish before it ends: stopping timers, sending what is buffered, closing files. */
type Work = () => void | Promise<void>;

// Global, since server.ts and Next's bundles each have modules of their own.
declare global {
  var latchkeyDrain: Set<Work> | undefined;
}

/** Registers work that is done before the process ends. */
export function onDrain(work: Work): void {
  globalThis.latchkeyDrain ??= new Set();
  globalThis.latchkeyDrain.add(work);
}

/** Does all registered work, concurrently. Ignores failures, since the process is about to end. */
export async function drain(): Promise<void> {
  await Promise.allSettled([...(globalThis.latchkeyDrain ?? [])].map(async (work) => work()));
}
