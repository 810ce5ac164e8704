/** Copies of the built app: one that lacks what is needed to go past Next's router, and one without its middleware. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { changeJson, copyApp } from '#tests/support/copied-app.ts';
import { startServer } from '#tests/support/server.ts';
import { copyWithoutMiddleware } from '#tests/support/without-middleware.ts';
import { bearer, methods, request } from './bytes.ts';
import { exchange, statusOf } from './exchange.ts';
import { metricsToken, startPair } from './pair.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('without a file of its own build it starts, says so in one line, and all goes through Next', async () => {
  const folder = copyApp();
  folders.push(folder);
  const file = join(folder, '.next/latchkey-front.json');
  const spoils = {
    'another build’s': () => changeJson(file, { buildId: 'another' }),
    'no JSON': () => writeFileSync(file, '{"buildId":'),
    missing: () => rmSync(file),
  };
  for (const [name, spoil] of Object.entries(spoils)) {
    spoil();
    const server = await startServer({ METRICS_TOKEN: metricsToken, LOG_LEVEL: 'warn' }, folder);
    const metrics = await exchange(server.port, request('GET', '/api/metrics', { headers: [`Authorization: Bearer ${metricsToken}`] }));
    const me = await exchange(server.port, request('GET', '/api/me'));
    await server.stop();
    expect([name, ...[...metrics, ...me].map(statusOf)]).toEqual([name, 200, 401]);
    expect(metrics[0]?.body).not.toContain('latchkey_front_direct');
    expect(server.output.filter((line) => line.includes('front_fallback')).length, name).toBe(1);
  }
}, 120_000);

test('without the middleware each handler refuses by itself, past the router and through it', async () => {
  const folder = copyWithoutMiddleware();
  folders.push(folder);
  const pair = await startPair({ people: 1, app: folder });
  const { ann } = pair.world;
  try {
    // The middleware would answer 401 to this.
    const [bare] = await pair.same(request('OPTIONS', '/api/me'));
    expect(bare && statusOf(bare)).toBe(204);
    const guarded = contracts.map(({ path }) => path.replace('[id]', ann.otherSessionId)).filter((path) => !isPublicEndpoint(path));
    expect(guarded.length).toBeGreaterThan(5);
    for (const path of guarded)
      for (const method of methods)
        for (const headers of [[], [`${bearer(ann).slice(0, -6)}AAAAAA`], ['x-middleware-next: 1'], ['x-middleware-subrequest: middleware']]) {
          const [answer] = await pair.same(request(method, path, { headers }));
          expect([method, path, answer && statusOf(answer)]).toEqual([method, path, expect.toBeOneOf([401, method === 'OPTIONS' ? 204 : 405])]);
        }
  } finally {
    await pair.close();
  }
}, 120_000);
