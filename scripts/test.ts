/**
 * `npm test` runs everything that CI runs. `npm run test:deep` runs what finds more the longer it goes on. Both end with one line,
 * the sum of all suites.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type BrowserName, findBrowser } from '#tests/browsers/installed.ts';
import { timesOfSuites } from '#tests/budgets.ts';
import { canarySettings } from '#tests/support/canaries.ts';
import { type Ended, linesOf, type Outcome, playwrightOutcome, vitestOutcome } from './test-reports.ts';

interface Step {
  name: string;
  command: string;
  /** Seconds that it may take on two cores that do nothing else. A step over its budget is reported, but does not fail. */
  budget: number;
  /** Added to the environment that this script is started in. */
  env?: Record<string, string>;
  /** Reads a suite's own report; a step without one counts as a single check. */
  outcome?: () => Outcome;
  /** Says what this machine lacks for it, or null. Then it is not run, which is told, and counts as neither passed nor failed. */
  missing?: () => string | null;
}

const results = 'test-results';
const vitest = `vitest run --reporter=default --reporter=json --outputFile.json=${results}/unit.json`;
const vitestReport = () => vitestOutcome(`${results}/unit.json`);

const lint = { name: 'format and lint', command: 'npm run --silent lint', budget: 10 };
const types = { name: 'types', command: 'npm run --silent types', budget: 30 };
const boundaries = { name: 'boundaries', command: 'npm run --silent boundaries', budget: 30 };
const unused = { name: 'unused code', command: 'npm run --silent unused', budget: 20 };
// With secrets that are known, so that one that is built in is found.
const build = { name: 'build', command: 'npm run --silent build', budget: 60, env: canarySettings };
const withoutTenants = { name: 'without the samples', command: 'node scripts/without-tenants.ts', budget: 120 };
const unit = { name: 'unit and integration', command: vitest, budget: 150, outcome: vitestReport };
const browser = {
  name: 'browser',
  command: 'playwright test',
  budget: 350,
  outcome: () => playwrightOutcome(`${results}/e2e.json`),
};

const throughNext = { ...browser, name: 'browser, through Next’s router', env: { FRONT: 'next' } };
const random = { ...unit, name: 'unit and integration, in depth', budget: 1200, env: { DEPTH: 'deep' } };
const mutants = { name: 'mutants', command: 'npm run --silent mutants', budget: 1200 };
const chaos = { name: 'chaos', command: 'npm run --silent chaos', budget: 600 };
const firefox = otherBrowser('firefox');
const webkit = otherBrowser('webkit');
// Wrong answers under load fail it; slow ones do not.
const bench = { name: 'bench, a short run', command: 'npm run --silent bench:smoke', budget: 200 };

/** Makes the step that runs the core of the browser suite in a browser other than Chromium, where the machine has it. */
function otherBrowser(name: BrowserName): Step {
  const report = `${results}/${name}.json`;
  return {
    name: `browser, ${name}`,
    command: `vitest run --config tests/browsers/vitest.config.ts --project ${name} --reporter=default --reporter=json --outputFile.json=${report}`,
    budget: 120,
    outcome: () => vitestOutcome(report),
    missing() {
      const found = findBrowser(name);
      return 'missing' in found ? found.missing : null;
    },
  };
}

/** Runs steps that use one core two at a time, then the suites, which use what there is. */
async function everything(): Promise<Ended[]> {
  const first = await Promise.all([inTurn([types, build]), inTurn([lint, boundaries, unused, withoutTenants])]);
  return [...first.flat(), ...(await inTurn([unit, browser]))];
}

async function inTurn(steps: Step[]): Promise<Ended[]> {
  const ended: Ended[] = [];
  for (const step of steps) ended.push(await run(step));
  return ended;
}

/**
 * Runs a step to its end. A suite's output shows as it comes. Other steps may run two at a time, so each is printed whole
 * at its end.
 */
async function run(step: Step): Promise<Ended> {
  const { name, budget } = step;
  const missing = step.missing?.();
  if (missing) return { name, budget, seconds: 0, passed: 0, failed: 0, failures: [], files: [], missing };
  const begun = performance.now();
  const output = step.outcome ? 'inherit' : 'pipe';
  if (step.outcome) console.log(`\n— ${step.name}`);
  const child = spawn(step.command, {
    shell: true,
    env: { ...process.env, ...step.env },
    stdio: ['ignore', output, output],
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => said.push(chunk));
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (!step.outcome) console.log(`\n— ${step.name}\n${Buffer.concat(said)}`);
  return { name, budget, seconds: (performance.now() - begun) / 1000, ...outcomeOf(step, status === 0) };
}

function outcomeOf({ outcome }: Step, isGood: boolean): Outcome {
  if (!outcome) return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1, failures: [], files: [] };
  try {
    const suite = outcome();
    // A runner that fails without a failed test has failed outside of one; a suite that ran nothing has not passed.
    return { ...suite, failed: isGood && suite.passed > 0 ? suite.failed : Math.max(1, suite.failed) };
  } catch {
    return { passed: 0, failed: 1, failures: [], files: [] };
  }
}

const { deep } = parseArgs({ options: { deep: { type: 'boolean' } } }).values;
rmSync(results, { recursive: true, force: true });
mkdirSync(results);
const ended = deep ? await inTurn([random, throughNext, mutants, firefox, webkit, chaos, bench]) : await everything();
for (const one of ended.flatMap(({ failures }) => failures)) console.log(`FAILED ${one}\n`);
for (const line of timesOfSuites(ended.flatMap(({ files }) => files))) console.log(line);
for (const line of linesOf(ended)) console.log(line);
process.exitCode = ended.every(({ failed }) => failed === 0) ? 0 : 1;
