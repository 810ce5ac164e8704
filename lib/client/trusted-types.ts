declare global {
  // No release of TypeScript has these types yet.
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: { createScriptURL(url: string): string | null }): unknown };
  }
}

const ownChunk = /^\/_next\/static\/chunks\/[\w~.-]+\.js$/;

/** Returns a script's URL if it is a chunk of this app's build, and null for any other. */
export function trustedScriptUrl(url: string): string | null {
  return ownChunk.test(url) ? url : null;
}

/**
 * Lets Next's loader name the app's own chunks. Pages are sent with `require-trusted-types-for 'script'`, so browsers
 * take no other text for a script or its URL. Does nothing in browsers without Trusted Types.
 */
export function installTrustedTypes(): void {
  window.trustedTypes?.createPolicy('default', { createScriptURL: trustedScriptUrl });
}
