/**
 * `node scripts/without-tenants.ts` shows that the sample features can be taken out: it removes them from a copy of this checkout
 * and runs the checks on the rest. `node scripts/without-tenants.ts --here tasks` removes one from the checkout itself.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const tenants = ['tasks', 'demo'];
const roots = /^(app|components|db|lib|tests)\//;
const sources = /\.(ts|tsx|mjs|cjs)$/;

/**
 * Names the tests to run. Left out are those that no sample reaches: `tests/fuzz` and `tests/rotation`, which are random, and the
 * integration tests of features that are about signing in alone.
 */
const foldersOfTests = [
  ...['middleware', 'components/', 'db/', 'lib/'],
  ...['architecture', 'contract', 'support'].map((folder) => `tests/${folder}/`),
  ...['accounts', 'activity', 'http', 'limits', 'runtime', 'sessions'].map((folder) => `tests/integration/${folder}/`),
];

const checks = {
  types: ['next typegen', 'tsc --noEmit'],
  'format and lint': ['biome check --error-on-warnings'],
  boundaries: ['node scripts/boundaries.ts'],
  'unused code': ['knip'],
  tests: [`vitest run --project=sqlite --reporter=dot ${foldersOfTests.join(' ')}`],
};

const { values, positionals } = parseArgs({ options: { here: { type: 'boolean' } }, allowPositionals: true });
if (values.here) {
  takeOut('.', positionals);
  console.log(`What still names a path of ${positionals.join(' or ')}, for you to change:`);
  for (const file of filesThatName(positionals)) console.log(`  ${file}`);
} else checkCopy();

/** Removes features from `folder`: their folders and files, and each line elsewhere that ends with their name in a comment. */
function takeOut(folder: string, features: string[]): void {
  const unknown = features.filter((name) => !tenants.includes(name));
  if (features.length === 0 || unknown.length > 0) throw new Error(`Name what to take out: ${tenants.join(', ')}.`);
  const inside = new RegExp(`/(${features.join('|')})[/.]`);
  const line = new RegExp(`^.*// (${features.join('|')})$\\n?`, 'gm');
  const paragraph = new RegExp(`(^.+\\n)*^.*# (${features.join('|')})$\\n*`, 'gm');
  for (const file of filesOf(folder)) {
    const path = join(folder, file);
    if (roots.test(file) && inside.test(file)) rmSync(path);
    else if (sources.test(file)) rewrite(path, line);
    else if (file === '.env.example') rewrite(path, paragraph);
  }
  // A list without its marked line may fit on one line.
  run(folder, 'biome format --write');
}

function filesOf(folder: string): string[] {
  const words = ['ls-files', '--cached', '--others', '--exclude-standard'];
  // A copy has no history: its files are those of this checkout.
  const { stdout } = spawnSync('git', words, { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 });
  if (stdout === '') throw new Error(`git knows of no files in ${folder}.`);
  // git also lists what was deleted and not committed yet.
  return stdout.trim().split('\n').filter(existsSync);
}

/** Finds the files of this checkout that name a path of one of `features`: documents, the benchmark, random tests. */
function filesThatName(features: string[]): string[] {
  const path = new RegExp(`/(${features.join('|')})\\b|\\b(${features.join('|')})/`);
  return filesOf('.').filter((file) => path.test(readFileSync(file, 'utf8')));
}

function rewrite(path: string, without: RegExp): void {
  const text = readFileSync(path, 'utf8');
  const rest = text.replace(without, '');
  if (rest !== text) writeFileSync(path, rest);
}

/** Takes all tenants out of a copy, and fails unless every check of the rest passes. */
function checkCopy(): void {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-without-tenants-'));
  try {
    for (const file of filesOf('.')) cpSync(file, join(copy, file), { recursive: true, verbatimSymlinks: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
    takeOut(copy, tenants);
    for (const [name, commands] of Object.entries(checks)) {
      const start = performance.now();
      const isGood = commands.every((command) => run(copy, command));
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      console.log(`${isGood ? 'ok    ' : 'FAILED'} without ${tenants.join(' and ')}: ${name}, ${seconds} s`);
      if (!isGood) process.exitCode = 1;
    }
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** Runs a command in `folder`. Returns whether it succeeded; prints its output if not. */
function run(folder: string, command: string): boolean {
  const path = `${join(process.cwd(), 'node_modules/.bin')}:${dirname(process.execPath)}:${process.env.PATH}`;
  const { status, stdout, stderr } = spawnSync(command, {
    cwd: folder,
    shell: true,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: path },
  });
  if (status !== 0) console.error(`${command}\n${stdout}${stderr}`);
  return status === 0;
}
