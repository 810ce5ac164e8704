/**
 * `npm run boundaries`: fails unless the import rules hold, and unless a breach of each rule, planted in a copy, is found, so
 * that silence means something.
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const named = z.object({ name: z.string() });
const report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: named })),
  }),
});

const config = '.dependency-cruiser.cjs';
const roots = ['app', 'components', 'lib', 'db', 'middleware.ts', 'server.ts', 'instrumentation.ts', 'scripts'];

/** Breaches to plant: a rule, the file that breaks it, as deep as the rule has to see, and what that file imports. */
const breaches: readonly [rule: string, file: string, imported: string][] = [
  ['no-circular', 'lib/core/planted/circle-a.ts', './circle-b.ts'],
  ['no-unresolvable', 'lib/core/planted/nowhere.ts', './not-there.ts'],
  ['core-is-pure', 'lib/core/planted/breach.ts', '#lib/edge/bearer.ts'],
  ['edge-is-web', 'lib/edge/planted/breach.ts', 'node:fs'],
  ['edge-never-reaches-server-code', 'lib/edge/planted/server.ts', '#lib/server/runtime/env.ts'],
  ['middleware-is-edge', 'middleware.ts', 'bcryptjs'],
  ['client-is-browser', 'lib/client/planted/breach.ts', '#lib/edge/bearer.ts'],
  ['components-are-browser', 'components/planted/breach.tsx', '#lib/edge/bearer.ts'],
  ['browser-never-reaches-server-code', 'components/planted/server.tsx', '#db/index.ts'],
  ['app-never-asks-the-database', 'app/planted/breach.ts', '#db/index.ts'],
  ['lib-imports-inward', 'lib/server/accounts/planted-component.ts', '#components/ui/link.tsx'],
  ['nobody-imports-app-or-tests', 'components/planted/tests.tsx', '#tests/budgets.ts'],
  ['db-has-one-door', 'lib/server/accounts/planted-dialect.ts', '#db/sqlite/schema.ts'],
  ['dialects-are-strangers', 'db/sqlite/planted/breach.ts', '#db/postgres/schema.ts'],
  ['use-cases-are-server-only', 'lib/server/passwords/planted/breach.ts', '#lib/core/errors.ts'],
  ['use-cases-know-no-http', 'lib/server/accounts/planted-http.ts', '#lib/server/http/cookies.ts'],
  ['features-never-import-each-other', 'lib/server/accounts/planted-friend.ts', '#lib/server/passwords/change.ts'],
  ['foundations-import-no-feature', 'lib/server/sessions/planted-feature.ts', '#lib/server/passwords/change.ts'],
  ['nobody-imports-a-tenant', 'components/planted/tenant.tsx', '#components/demo/planted-tenant.ts'],
];
/** Files that the breaches need: the other half of a circle, and a module of a tenant. */
const besides: readonly [file: string, imported: string][] = [
  ['lib/core/planted/circle-b.ts', './circle-a.ts'],
  ['components/demo/planted-tenant.ts', '#lib/core/errors.ts'],
];

const { totalCruised, violations } = cruise('.');
for (const { from, to, rule } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (totalCruised < 50) throw new Error(`Only ${totalCruised} modules were seen: the cruiser cannot read the sources.`);

const missed = rulesThatMissed();
for (const rule of missed) console.error(`${rule} found no planted breach.`);
console.log(`${totalCruised} modules, ${violations.length} breaches; ${missed.length} rules found no planted breach.`);
process.exitCode = violations.length + missed.length === 0 ? 0 : 1;

function cruise(cwd: string): z.infer<typeof report>['summary'] {
  const bin = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs';
  const words = [bin, '--config', config, '--output-type', 'json', ...roots];
  const { stdout, stderr } = spawnSync(process.execPath, words, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  if (!stdout) throw new Error(stderr);
  return report.parse(JSON.parse(stdout)).summary;
}

/** Plants the breaches in a copy, and returns the rules that did not find each of theirs, or have none. */
function rulesThatMissed(): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-boundaries-'));
  try {
    for (const path of [...roots, config, 'package.json', 'tsconfig.json'])
      cpSync(path, join(copy, path), { recursive: true });
    // The one file of the tests that a breach imports.
    cpSync('tests/budgets.ts', join(copy, 'tests/budgets.ts'));
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
    for (const [file, imported] of [...breaches.map(([, ...planted]) => planted), ...besides]) {
      mkdirSync(join(copy, dirname(file)), { recursive: true });
      appendFileSync(join(copy, file), `import '${imported}';\n`);
    }
    const found = cruise(copy).violations;
    const isFound = ([rule, file]: (typeof breaches)[number]) =>
      found.some((violation) => violation.from === file && violation.rule.name === rule);
    return allRules().filter((name) => {
      const own = breaches.filter(([rule]) => rule === name);
      return own.length === 0 || !own.every(isFound);
    });
  } finally {
    rmSync(copy, { recursive: true });
  }
}

function allRules(): string[] {
  const rules = z.object({ forbidden: z.array(named), required: z.array(named) });
  const { forbidden, required } = rules.parse(createRequire(import.meta.url)(`../${config}`));
  return [...new Set([...forbidden, ...required].map(({ name }) => name))];
}
