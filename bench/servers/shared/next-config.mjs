import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Lets an app below bench/ use the app's own packages and components. Changes nothing that a request passes through. */
export const shared = {
  // Next looks for a middleware and an instrumentation in the folders above, too. By these extensions it misses the app's.
  pageExtensions: ['bench.tsx', 'bench.ts'],
  turbopack: { root },
  outputFileTracingRoot: root,
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['better-sqlite3'],
};
