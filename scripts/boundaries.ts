/** `npm run boundaries`: the import rules hold; and a seeded breach of them is found, so that silence means something. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const report = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

const config = '.dependency-cruiser.cjs';
const roots = ['app', 'components', 'lib', 'db', 'middleware.ts', 'server.ts', 'instrumentation.ts', 'scripts'];

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

/** A breach of each kind, in folders as deep as the rules have to see. */
const seeds = [
  { file: 'lib/core/seeded-breach.ts', text: "import '#lib/server/runtime/env.ts';\n", rule: 'core-is-pure' },
  {
    file: 'components/ui/seeded-breach.tsx',
    text: "import '#db/index.ts';\n",
    rule: 'browser-never-reaches-server-code',
  },
  { file: 'lib/edge/seeded-breach.ts', text: "import 'node:fs';\n", rule: 'edge-is-web' },
  { file: 'lib/server/passwords/seeded-breach.ts', text: 'export {};\n', rule: 'use-cases-are-server-only' },
  {
    file: 'lib/server/accounts/seeded-breach.ts',
    text: "import '#lib/server/http/cookies.ts';\n",
    rule: 'use-cases-know-no-http',
  },
  {
    file: 'lib/server/accounts/seeded-friend.ts',
    text: "import '#lib/server/passwords/change.ts';\n",
    rule: 'features-never-import-each-other',
  },
  {
    file: 'lib/server/sessions/seeded-breach.ts',
    text: "import '#lib/server/passwords/change.ts';\n",
    rule: 'foundations-import-no-feature',
  },
  { file: 'app/seeded-breach.ts', text: "import '#db/index.ts';\n", rule: 'app-never-asks-the-database' },
  {
    file: 'components/sessions/seeded-breach.ts',
    text: "import '#components/demo/seeded-tenant.ts';\n",
    rule: 'nobody-imports-a-tenant',
  },
];
/** A module of a tenant, for the last breach to import. */
const tenant = { file: 'components/demo/seeded-tenant.ts', text: 'export {};\n' };

const { totalCruised, violations } = cruise('.');
for (const { from, to, rule } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
if (totalCruised < 50) throw new Error(`Only ${totalCruised} modules were seen: the cruiser cannot read the sources.`);

const missed = findMissedSeeds();
for (const rule of missed) console.error(`A seeded breach of ${rule} was not found.`);
console.log(
  `${totalCruised} modules, ${violations.length} breaches; ${seeds.length - missed.length} of ${seeds.length} seeded breaches found.`,
);
process.exitCode = violations.length + missed.length === 0 ? 0 : 1;

function findMissedSeeds(): string[] {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-boundaries-'));
  try {
    for (const path of [...roots, config, 'package.json', 'tsconfig.json'])
      cpSync(path, join(copy, path), { recursive: true });
    symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
    for (const { file, text } of [...seeds, tenant]) {
      mkdirSync(join(copy, dirname(file)), { recursive: true });
      writeFileSync(join(copy, file), text);
    }
    const found = cruise(copy).violations;
    return seeds
      .filter(({ file, rule }) => !found.some((one) => one.from === file && one.rule.name === rule))
      .map(({ rule }) => rule);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
