/** `npm run audit` with npm itself, against a registry that says what the test wants. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const id = 'GHSA-aaaa-bbbb-cccc';
const advisory = {
  id: 1,
  url: `https://github.com/advisories/${id}`,
  title: 'A door that stands open',
  severity: 'high',
  vulnerable_versions: '<99.0.0',
};
let advisories: Record<string, unknown[]> | null = null;

const registry = createServer((request, response) => {
  request.resume();
  const isAudit = request.method === 'POST' && request.url === '/-/npm/v1/security/advisories/bulk';
  if (isAudit && advisories === null) return response.writeHead(405).end();
  response.setHeader('Content-Type', 'application/json');
  const name = decodeURIComponent(request.url?.slice(1) ?? '');
  response.end(JSON.stringify(isAudit ? advisories : { name, versions: {} }));
});
let url = '';
beforeAll(async () => {
  registry.listen(0);
  await once(registry, 'listening');
  const address = registry.address();
  url = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => registry.close());
beforeEach(() => {
  advisories = {};
});

async function audit(cwd = '.') {
  const env = { ...process.env, npm_config_registry: url };
  const child = spawn(process.execPath, [resolve('scripts/audit.ts')], { env, cwd });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => {
      output += part;
    });
  const [code] = await once(child, 'close');
  return { code, output };
}

test('is content when the registry knows nothing', async () => {
  expect(await audit()).toEqual({ code: 0, output: '0 advisories, 0 of them open.\n' });
});

test('names what is open, and fails', async () => {
  advisories = { jose: [advisory] };
  const { code, output } = await audit();
  expect(code).toBe(1);
  expect(output).toMatch(/^OPEN +GHSA-aaaa-bbbb-cccc high: jose <99.0.0, A door that stands open$/m);
});

test('is content with one that is argued in the decision about dependencies', async () => {
  advisories = { jose: [advisory] };
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-audit-'));
  mkdirSync(join(folder, 'docs/decisions'), { recursive: true });
  writeFileSync(join(folder, 'docs/decisions/010-dependencies.md'), `- ${id}: that door is not in this house.`);
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(file, join(folder, file));
  const { code, output } = await audit(folder);
  expect([code, output]).toEqual([
    0,
    expect.stringMatching(/^argued GHSA-aaaa-bbbb-cccc .*\n1 advisories, 0 of them open\.\n$/),
  ]);
  rmSync(folder, { recursive: true });
});

test('says so when the registry does not answer: silence is not a clean bill', async () => {
  advisories = null;
  expect(await audit()).toMatchObject({ code: 2, output: expect.stringContaining('Nothing is known') });
});
