declare global {
  // No release of TypeScript has these types yet.
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string | null }): unknown };
  }
}

const ownChunk = /^\/_next\/static\/chunks\/[\w~.-]+\.js$/;

/** The address itself where it is a chunk of this app, which the build has put there; null for any other. */
export function trustedScriptUrl(url: string): string | null {
  return ownChunk.test(url) ? url : null;
}

/**
 * Pages are sent with `require-trusted-types-for 'script'`: the browser runs no text as script, wherever a script might put
 * it. What Next needs is that its loader may name a chunk, so that is let through. Browsers without Trusted Types do not ask.
 */
export function installTrustedTypes(): void {
  window.trustedTypes?.createPolicy('default', { createScriptURL: trustedScriptUrl });
}
