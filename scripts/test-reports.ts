/** Reads what vitest and Playwright write about a run, and tells what came of all. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { z } from 'zod';

/** The outcome of a suite. */
export interface Outcome {
  passed: number;
  failed: number;
  /** Failed tests by name, with what they said. */
  failures: string[];
  /** Seconds that the tests of each file took, added up. */
  files: { path: string; seconds: number }[];
}

/** A step that was run, or could not be. */
export interface Ended extends Outcome {
  name: string;
  seconds: number;
  /** Seconds that it may take. */
  budget: number;
  /** Says what this machine lacks for it; then it was not run. */
  missing?: string;
}

/** Tells what came of each step, and at the end the sum: what could not be run is told in both, and counts as neither. */
export function linesOf(ended: readonly Ended[]): string[] {
  const sum = (of: 'passed' | 'failed') => ended.reduce((total, one) => total + one[of], 0);
  const notRun = ended.filter(({ missing }) => missing !== undefined).length;
  const rest = notRun === 0 ? '' : `, ${notRun} ${notRun === 1 ? 'step' : 'steps'} NOT RUN`;
  return [...ended.map(lineOf), '', `${sum('passed')} passed, ${sum('failed')} failed${rest}`];
}

function lineOf({ name, seconds, budget, passed, failed, missing }: Ended): string {
  if (missing !== undefined) return `NOT RUN ${name}: ${missing}`;
  const verdict = failed === 0 ? 'ok    ' : 'FAILED';
  const late = seconds > budget ? ` OVER its budget of ${budget} s` : '';
  return `${verdict} ${name}: ${passed} passed, ${failed} failed, ${seconds.toFixed(0)} s${late}`;
}

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

const playwrightSuite = z.object({
  specs: z.array(
    z.object({
      title: z.string(),
      file: z.string(),
      tests: z.array(
        z.object({
          status: z.string(),
          results: z.array(z.object({ duration: z.number(), errors: z.array(z.object({ message: z.string() })) })),
        }),
      ),
    }),
  ),
  get suites() {
    return z.array(playwrightSuite).optional();
  },
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  suites: z.array(playwrightSuite),
});

/** Reads vitest's JSON report. A skipped test counts as failed. Throws when there is none. */
export function vitestOutcome(file: string): Outcome {
  const report = vitestReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  const failures = report.testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message ? [failure(name, message)] : []),
    ...assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, failureMessages }) => failure(`${name}: ${fullName}`, ...failureMessages)),
  ]);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numPendingTests,
    failures,
    files: report.testResults.map(({ name, startTime, endTime }) => ({
      path: relative('.', name),
      seconds: (endTime - startTime) / 1000,
    })),
  };
}

/** Reads Playwright's JSON report. A test that was skipped, or passed at a second try, counts as failed. Throws when there is none. */
export function playwrightOutcome(file: string): Outcome {
  const { stats, suites } = playwrightReport.parse(JSON.parse(readFileSync(file, 'utf8')));
  const tests = suites.flatMap(testsOf);
  return {
    passed: stats.expected,
    failed: stats.unexpected + stats.flaky + stats.skipped,
    failures: tests
      .filter(({ isGood }) => !isGood)
      .map(({ path, title, errors }) => failure(`${path}: ${title}`, ...errors)),
    files: tests.map(({ path, seconds }) => ({ path, seconds })),
  };
}

function testsOf({ specs, suites = [] }: z.infer<typeof playwrightSuite>): BrowserTest[] {
  const here = specs.map(({ file, title, tests }) => {
    const runs = tests.flatMap(({ results }) => results);
    return {
      path: `tests/e2e/${file}`,
      title,
      isGood: tests.every(({ status }) => status === 'expected'),
      seconds: runs.reduce((total, { duration }) => total + duration / 1000, 0),
      errors: runs.flatMap((run) => run.errors.map(({ message }) => message)),
    };
  });
  return [...here, ...suites.flatMap(testsOf)];
}

interface BrowserTest {
  path: string;
  title: string;
  isGood: boolean;
  seconds: number;
  errors: string[];
}

/** Returns the name of a failed test and the first twelve lines of each of its messages. */
function failure(name: string, ...messages: string[]): string {
  const lines = messages.flatMap((message) => stripVTControlCharacters(message).split('\n').slice(0, 12));
  return [name, ...lines].join('\n    ');
}
