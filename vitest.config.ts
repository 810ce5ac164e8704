import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // It throws outside a server bundle, and these tests are the server.
  resolve: { alias: { 'server-only': fileURLToPath(new URL('tests/support/empty.ts', import.meta.url)) } },
  test: {
    include: ['{lib,db,components,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
  },
});
