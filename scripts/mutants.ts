/**
 * `npm run mutants`: puts each known fault of the rotation into a copy of the code, and fails unless a test finds it. With
 * `-- --only <text>`, puts in only those whose names contain the text.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Mutant, mutants, mutated } from '#tests/rotation/mutants.ts';

const copied = [
  'app',
  'components',
  'db',
  'lib',
  'scripts',
  'tests',
  'package.json',
  'tsconfig.json',
  'vitest.config.ts',
];

/** Test files to run against each fault, the fast ones first. After the first that fails, the others are not run. */
const suites = [
  ['lib/core/sessions/rotation.test.ts', 'tests/contract/sqlite.test.ts'],
  [
    'tests/rotation/pure.test.ts',
    'tests/integration/sessions/refresh.test.ts',
    'tests/integration/sessions/rotation-races.test.ts',
  ],
  ['db/postgres/clock.test.ts', 'tests/contract/postgres.test.ts', 'tests/contract/postgres-'],
  ['tests/rotation/sqlite.test.ts', 'tests/rotation/postgres.test.ts'],
];

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
});

const { only = '' } = parseArgs({ options: { only: { type: 'string' } } }).values;
const chosen = mutants.filter(({ fault }) => fault.includes(only));
if (chosen.length === 0) throw new Error(`No fault’s name has: ${only}`);

const copy = mkdtempSync(join(tmpdir(), 'latchkey-mutants-'));
const startedAt = performance.now();
try {
  for (const path of copied) cpSync(path, join(copy, path), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  const failed = firstFailure();
  if (failed) throw new Error(`Without any fault, this fails: ${failed}`);
  const survivors = chosen.filter((mutant) => !isKilled(mutant));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${chosen.length - survivors.length} of ${chosen.length} killed, in ${seconds} s`);
  process.exitCode = survivors.length === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

function isKilled({ fault, edits }: Mutant): boolean {
  const before = edits.map(({ file }) => ({ file, text: readFileSync(file, 'utf8') }));
  for (const edit of edits) writeFileSync(join(copy, edit.file), mutated(readFileSync(edit.file, 'utf8'), edit));
  const test = firstFailure();
  for (const { file, text } of before) writeFileSync(join(copy, file), text);
  console.log(test ? `killed    ${fault}\n          by ${test}` : `SURVIVED  ${fault}`);
  return test !== null;
}

/** Runs the tests in the copy. Returns the name of the first that fails, or null if all pass. */
function firstFailure(): string | null {
  for (const suite of suites) {
    const words = [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...suite,
      '--bail=1',
      '--reporter=json',
      '--outputFile=report.json',
    ];
    rmSync(join(copy, 'report.json'), { force: true });
    const env = { ...process.env, FUZZ_SEED: '1', DEPTH: 'deep' };
    const { status } = spawnSync(process.execPath, words, { cwd: copy, env, stdio: 'ignore' });
    if (status === 0) continue;
    const { testResults } = report.parse(JSON.parse(readFileSync(join(copy, 'report.json'), 'utf8')));
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = tests.find((test) => test.status === 'failed')?.fullName;
    return failed ?? testResults.find(({ message }) => message !== '')?.message ?? 'an error outside of any test';
  }
  return null;
}
