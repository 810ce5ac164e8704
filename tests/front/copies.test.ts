/** Copies of the built app: one that lacks what is needed to go past Next's router, and one without its middleware. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { contracts } from '#lib/core/contracts.ts';
import { isPublicEndpoint } from '#lib/core/routes.ts';
import { direct } from '#lib/server/http/front/direct.ts';
import { changeJson, copyApp } from '#tests/support/copied-app.ts';
import { startServer } from '#tests/support/server.ts';
import { unguardDirect, unguardRouter } from '#tests/support/without-middleware.ts';
import { bearer, cookies, methods, request } from './bytes.ts';
import { exchange, statusOf } from './exchange.ts';
import { metricsToken, some, startPair } from './pair.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

test('without a file of its own build it starts, says so in one line, and all goes through Next', async () => {
  const folder = copyApp();
  folders.push(folder);
  const file = join(folder, '.next/latchkey-front.json');
  const refuses = () => expect(direct(join(folder, '.next'), 0, async () => {})).rejects;
  changeJson(file, { buildId: 'another' });
  await refuses().toThrow('of another build');
  writeFileSync(file, '{"buildId":');
  await refuses().toThrow(SyntaxError);
  rmSync(file);
  await refuses().toThrow('ENOENT');
  const server = await startServer({ METRICS_TOKEN: metricsToken, LOG_LEVEL: 'warn' }, folder);
  const headers = [`Authorization: Bearer ${metricsToken}`];
  const metrics = await exchange(server.port, request('GET', '/api/metrics', { headers }));
  const me = await exchange(server.port, request('GET', '/api/me'));
  await server.stop();
  expect([...metrics, ...me].map(statusOf)).toEqual([200, 401]);
  expect(metrics[0]?.body).not.toContain('latchkey_front_direct');
  expect(server.output.filter((line) => line.includes('front_fallback')).length).toBe(1);
}, 120_000);

test('without the middleware each handler refuses by itself, past the router and through it', async () => {
  // In either copy the other way would still run it.
  const apps = { direct: copyApp(), next: copyApp() };
  folders.push(apps.direct, apps.next);
  unguardDirect(apps.direct);
  unguardRouter(apps.next);
  const pair = await startPair({ people: 1, apps });
  const { ann } = pair.world;
  try {
    // The middleware would answer 401 to this.
    const [bare] = await pair.same(request('OPTIONS', '/api/me'));
    expect(bare && statusOf(bare)).toBe(204);
    const nobodies = [[], [`${bearer(ann).slice(0, -6)}AAAAAA`], ['Authorization: Basic YTpi'], [cookies(ann)]];
    const guarded = contracts
      .filter(({ path }) => !isPublicEndpoint(path) && !path.includes('...'))
      .map(({ path }) => path.replace('[id]', ann.otherSessionId));
    expect(guarded.length).toBeGreaterThan(5);
    for (const path of guarded)
      for (const method of methods)
        for (const headers of some(nobodies, 2)) {
          const [answer] = await pair.same(request(method, path, { headers }));
          expect([method, path, answer && statusOf(answer)]).toEqual([
            method,
            path,
            expect.toBeOneOf([401, method === 'OPTIONS' ? 204 : 405]),
          ]);
        }
  } finally {
    await pair.close();
  }
}, 120_000);
