import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** What lets an app below bench/ use the app's own packages and components. It changes nothing that a request passes through. */
export const shared = {
  turbopack: { root },
  outputFileTracingRoot: root,
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['better-sqlite3'],
};
