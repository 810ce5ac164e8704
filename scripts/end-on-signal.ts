/**
 * Ends this process with `exitCode` at SIGTERM or SIGINT. Without a listener that is left to the system, which ignores
 * both for the first process of a container. Returns the function that takes the listeners off again.
 */
export function endOnSignal(exitCode: number): () => void {
  const end = () => process.exit(exitCode);
  process.on('SIGTERM', end).on('SIGINT', end);
  return () => process.off('SIGTERM', end).off('SIGINT', end);
}
