import { defineConfig } from 'vitest/config';

export default defineConfig({
  // It throws outside a server bundle, and these tests are the server.
  resolve: { alias: { 'server-only': new URL('tests/support/empty.ts', import.meta.url).pathname } },
  test: {
    include: ['{lib,db,components,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
    exclude: ['tests/e2e/**', 'node_modules/**'],
  },
});
