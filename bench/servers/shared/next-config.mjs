import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What lets an app below bench/ use the app's own packages and components. It changes nothing that a request passes through. */
export const shared = {
  // Next looks for a middleware and an instrumentation in the folders above too: by these names it does not find the app's.
  pageExtensions: ['bench.tsx', 'bench.ts'],
  turbopack: { root },
  outputFileTracingRoot: root,
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['better-sqlite3'],
};
