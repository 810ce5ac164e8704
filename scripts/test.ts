/** `npm test`: everything that CI runs, in order from fast to slow. Ends with one line, the sum of all suites. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';
import { canarySettings } from '#tests/support/canaries.ts';

const results = 'test-results';

const unitReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const e2eSuite = z.object({
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      tests: z.array(
        z.object({
          status: z.string(),
          results: z.array(z.object({ errors: z.array(z.object({ message: z.string() })) })),
        }),
      ),
    }),
  ),
  get suites() {
    return z.array(e2eSuite).optional();
  },
});
const e2eReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(e2eSuite),
});

interface Result {
  passed: number;
  failed: number;
  /** The failed ones by name, with what they said. */
  failures: string[];
}

interface Step {
  name: string;
  command: string[];
  /** More than the environment it is started in. */
  env?: Record<string, string>;
  /** A suite's own report; a step without one counts as a single check. */
  count?: () => Result;
}

const steps: Step[] = [
  { name: 'format and lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'types', command: ['npm', 'run', '--silent', 'types'] },
  { name: 'boundaries', command: ['npm', 'run', '--silent', 'boundaries'] },
  { name: 'unused code', command: ['npm', 'run', '--silent', 'unused'] },
  // With secrets that are known, so that one that is built in is found.
  { name: 'build', command: ['npm', 'run', '--silent', 'build'], env: canarySettings },
  {
    name: 'unit, contract and integration',
    command: [
      'npx',
      'vitest',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${results}/unit.json`,
    ],
    count: () => {
      const { numPassedTests, numFailedTests, numPendingTests, testResults } = unitReport.parse(
        readReport('unit.json'),
      );
      const failures = testResults.flatMap(({ name, message, assertionResults }) => [
        ...(message ? [failure(name, message)] : []),
        ...assertionResults
          .filter(({ status }) => status !== 'passed')
          .map(({ fullName, failureMessages }) => failure(`${name}: ${fullName}`, ...failureMessages)),
      ]);
      return { passed: numPassedTests, failed: numFailedTests + numPendingTests, failures };
    },
  },
  {
    name: 'browser',
    command: ['npx', 'playwright', 'test'],
    count: () => {
      const { stats, suites } = e2eReport.parse(readReport('e2e.json'));
      return {
        passed: stats.expected,
        failed: stats.unexpected + stats.flaky + stats.skipped,
        failures: suites.flatMap(browserFailures),
      };
    },
  },
  // Wrong answers under load fail it; slow ones do not.
  { name: 'bench, a short run', command: ['npm', 'run', '--silent', 'bench:smoke'] },
];

function readReport(name: string): unknown {
  return JSON.parse(readFileSync(`${results}/${name}`, 'utf8'));
}

/** What a log's reader needs first, at its end: which test, and the first lines of why. */
function failure(name: string, ...messages: string[]): string {
  const lines = messages.flatMap((message) => stripVTControlCharacters(message).split('\n').slice(0, 12));
  return [name, ...lines].join('\n    ');
}

function browserFailures({ specs, suites = [] }: z.infer<typeof e2eSuite>): string[] {
  const here = specs
    .filter(({ tests }) => tests.some(({ status }) => status !== 'expected'))
    .map(({ file, title, tests }) => {
      const errors = tests.flatMap(({ results: runs }) => runs.flatMap((one) => one.errors));
      return failure(`${file}: ${title}`, ...errors.map(({ message }) => message));
    });
  return [...here, ...suites.flatMap(browserFailures)];
}

function run({ name, command: [program = '', ...words], env, count }: Step): Result {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(program, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (!count) return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, failures: [] };
  try {
    const { passed, failed, failures } = count();
    // A runner that fails without a failed test has failed outside of one; a suite that ran nothing has not passed.
    return { passed, failed: status === 0 && passed > 0 ? failed : Math.max(1, failed), failures };
  } catch {
    return { passed: 0, failed: 1, failures: [] };
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results);
const totals = steps.map((step) => ({ step, ...run(step) }));
console.log('');
for (const { failures } of totals) for (const one of failures) console.log(`FAILED ${one}\n`);
for (const { step, passed, failed } of totals)
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${passed} passed, ${failed} failed`);
const sum = (of: 'passed' | 'failed') => totals.reduce((total, one) => total + one[of], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
