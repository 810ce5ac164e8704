/**
 * `npm run audit`: checks the versions in the lock file against the advisories of the registry. An advisory that does
 * not reach this app is explained in docs/decisions/010-dependencies.md, by its GHSA number. Exits with 1 if there is any
 * other, and with 2 if the registry does not answer.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const advisory = z.object({ title: z.string(), url: z.string(), severity: z.string(), range: z.string() });
const report = z.object({
  vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.union([z.string(), advisory])) })),
});

const argued = new Set(readFileSync('docs/decisions/010-dependencies.md', 'utf8').match(/GHSA(-\w{4}){3}/g));

function audit(): number {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const parsed = report.safeParse(parseJson(stdout));
  if (!parsed.success) {
    console.error('The registry does not answer audits. Nothing is known.');
    return 2;
  }
  const found = Object.entries(parsed.data.vulnerabilities).flatMap(([name, { via }]) => {
    const own = via.filter((one) => typeof one !== 'string');
    return own.map((one) => ({ ...one, name, id: one.url.split('/').at(-1) ?? '' }));
  });
  for (const { id, severity, name, range, title } of found)
    console.log(`${argued.has(id) ? 'argued' : 'OPEN  '} ${id} ${severity}: ${name} ${range}, ${title}`);
  const open = found.filter(({ id }) => !argued.has(id));
  console.log(`${found.length} advisories, ${open.length} of them open.`);
  return open.length === 0 ? 0 : 1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

process.exitCode = audit();
