import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // It throws outside a server bundle, and these tests are the server.
  resolve: { alias: { 'server-only': fileURLToPath(new URL('tests/support/empty.ts', import.meta.url)) } },
  test: {
    // A machine that is busy with other work must not look like a fault.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    include: ['{lib,db,components,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
  },
});
