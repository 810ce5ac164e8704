const signals = ['SIGTERM', 'SIGINT'];

/**
 * Ends this process with `exitCode` at SIGTERM or SIGINT. Without a listener that is left to the system, which ignores
 * both for the first process of a container. Returns the function that takes the listeners off again.
 */
export function endOnSignal(exitCode: number): () => void {
  const end = () => process.exit(exitCode);
  for (const signal of signals) process.on(signal, end);
  return () => {
    for (const signal of signals) process.off(signal, end);
  };
}

/** Returns a signal that aborts at SIGTERM or SIGINT, for work that ends in order. */
export function abortOnSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of signals) process.on(signal, () => stopping.abort());
  return stopping.signal;
}

/** Leaves SIGTERM and SIGINT to another process, which says when this one has to end. */
export function ignoreSignals(): void {
  for (const signal of signals) process.on(signal, () => {});
}
