/** What a process still has to do before it ends: stop its timers, send what it holds back, close its files. */
type Work = () => void | Promise<void>;

// server.ts and Next's bundles have modules of their own; the process ends once.
declare global {
  var latchkeyDrain: Set<Work> | undefined;
}

export function onDrain(work: Work): void {
  globalThis.latchkeyDrain ??= new Set();
  globalThis.latchkeyDrain.add(work);
}

/** Does all of it. What fails is left: the process ends anyhow. */
export async function drain(): Promise<void> {
  await Promise.allSettled([...(globalThis.latchkeyDrain ?? [])].map(async (work) => work()));
}
