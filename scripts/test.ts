/** `npm test`: everything that CI runs, in order from fast to slow. Ends with one line, the sum of all suites. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { canarySettings } from '#tests/support/canaries.ts';

const results = 'test-results';
const unitReport = z.object({ numPassedTests: z.number(), numFailedTests: z.number(), numPendingTests: z.number() });
const e2eReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
});

interface Step {
  name: string;
  command: string[];
  /** More than the environment it is started in. */
  env?: Record<string, string>;
  /** A suite's own report; a step without one counts as a single check. */
  count?: () => { passed: number; failed: number };
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
      const { numPassedTests, numFailedTests, numPendingTests } = unitReport.parse(readReport('unit.json'));
      return { passed: numPassedTests, failed: numFailedTests + numPendingTests };
    },
  },
  {
    name: 'browser',
    command: ['npx', 'playwright', 'test'],
    count: () => {
      const { expected, unexpected, flaky, skipped } = e2eReport.parse(readReport('e2e.json')).stats;
      return { passed: expected, failed: unexpected + flaky + skipped };
    },
  },
  // Wrong answers under load fail it; slow ones do not.
  { name: 'bench, a short run', command: ['npm', 'run', '--silent', 'bench:smoke'] },
];

function readReport(name: string): unknown {
  return JSON.parse(readFileSync(`${results}/${name}`, 'utf8'));
}

function run({ name, command: [program = '', ...words], env, count }: Step): { passed: number; failed: number } {
  console.log(`\n— ${name}`);
  const { status } = spawnSync(program, words, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (!count) return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  try {
    const { passed, failed } = count();
    // A runner that fails without a failed test has failed outside of one; a suite that ran nothing has not passed.
    return { passed, failed: status === 0 && passed > 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results);
const totals = steps.map((step) => ({ step, ...run(step) }));
console.log('');
for (const { step, passed, failed } of totals)
  console.log(`${failed === 0 ? 'ok    ' : 'FAILED'} ${step.name}: ${passed} passed, ${failed} failed`);
const sum = (of: 'passed' | 'failed') => totals.reduce((total, one) => total + one[of], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exitCode = sum('failed') === 0 ? 0 : 1;
