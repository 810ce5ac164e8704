import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { budgetReporter } from './tests/support/budget-reporter.ts';
import { runs } from './tests/support/depth.ts';
import { LongestFirst } from './tests/support/longest-first.ts';

/** Integration tests whose outcome may depend on the database: these run on both dialects. */
const onBoth = [
  'accounts/accounts',
  'accounts/undo-vouched',
  'http/odd-text',
  'limits/account-pace',
  'mail/sending',
  'passwords/change',
  'passwords/reset',
  'passwords/reset-passkey',
  'passwords/without-password',
  'providers/accounts',
  'providers/identities',
  'providers/instances',
  'providers/logout',
  'runtime/processes',
  'sessions/list-and-end',
  'sessions/refresh',
  'sessions/restore',
  'sessions/rotation-races',
  'sign-in/passkey-counter',
  'sign-in/passkey-second-step',
  'sign-in/second-step-codes',
  'sign-in/sign-in',
  'sign-in/trusted-devices',
  'step-up/new-device',
  'step-up/passkey',
  'tasks/odd-text', // tasks
  'tasks/processes', // tasks
];
/** Tests of the documents and of the built app. scripts/without-tenants.ts leaves them out: its copy has no build, and documents that name what was taken out. */
const ofThisCheckout = [
  'tests/architecture/{asvs,bundle,conformance,documents,guarantees}.test.ts',
  'tests/front/*.test.ts',
  'tests/integration/cli/doctor.test.ts',
];
/** Tests that build an app of their own, or start many servers: only `npm run test:deep` has the time. */
const onlyDeep = ['tests/front/deep/*.test.ts'];
const isDeep = runs({ usual: 0, deep: 1 }) === 1;
const supported = (file: string) => fileURLToPath(new URL(`tests/support/${file}`, import.meta.url));

export default defineConfig({
  // The first throws outside a server bundle, and these tests are the server; the second knows no request outside of Next.
  resolve: { alias: { 'server-only': supported('empty.ts'), 'next/headers': supported('next-headers.ts') } },
  test: {
    exclude: ['tests/e2e/**', 'node_modules/**'],
    // A machine that is busy with other work must not look like a fault.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Left alone, vitest keeps one core free, which is half of two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Loading the app takes longer than most files: those of one worker share what is loaded, and clean up behind themselves.
    isolate: false,
    setupFiles: [supported('clean-up.ts')],
    sequence: { sequencer: LongestFirst },
    reporters: ['default', budgetReporter],
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['{lib,db,components,tests}/**/*.test.{ts,tsx}', '*.test.ts'],
          exclude: ['tests/**/postgres*.test.ts', ...ofThisCheckout, ...onlyDeep],
        },
      },
      { extends: true, test: { name: 'checkout', include: [...ofThisCheckout, ...(isDeep ? onlyDeep : [])] } },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['tests/**/postgres*.test.ts', ...onBoth.map((name) => `tests/integration/${name}.test.ts`)],
          globalSetup: 'tests/support/postgres-setup.ts',
        },
      },
    ],
  },
});
