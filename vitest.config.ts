import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const exclude = ['tests/e2e/**', 'node_modules/**'];
/** What a database can get wrong above the store: these run on both. */
const onBoth = ['account-pace', 'odd-text', 'processes', 'refresh', 'restore', 'rotation-races', 'sessions', 'sign-in'];

export default defineConfig({
  // It throws outside a server bundle, and these tests are the server.
  resolve: { alias: { 'server-only': fileURLToPath(new URL('tests/support/empty.ts', import.meta.url)) } },
  test: {
    // A machine that is busy with other work must not look like a fault.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['{lib,db,components,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
          exclude: [...exclude, 'tests/**/postgres*.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['tests/**/postgres*.test.ts', ...onBoth.map((name) => `tests/integration/${name}.test.ts`)],
          exclude,
          globalSetup: 'tests/support/postgres-setup.ts',
        },
      },
    ],
  },
});
