/** Lets server.ts wait until boot is done: Next calls boot and does not wait for it. */

// Global, since server.ts and Next's bundles each have modules of their own.
declare global {
  var latchkeyBooted: { promise: Promise<void>; resolve: () => void } | undefined;
}

function shared() {
  if (!globalThis.latchkeyBooted) {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    globalThis.latchkeyBooted = { promise, resolve };
  }
  return globalThis.latchkeyBooted;
}

/** Resolves once this process can answer requests. */
export const booted = (): Promise<void> => shared().promise;

/** Makes `booted` resolve. */
export const sayBooted = (): void => shared().resolve();
