import { readFileSync } from 'node:fs';
import { publicFiles } from '#scripts/public-files.ts';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { HttpClient } from '#tests/support/http-client.ts';

test('what stands in public/ is served to anybody, byte for byte, and may be kept', async ({ server }) => {
  const anyone = new HttpClient(server.port);
  const files = publicFiles('public');
  expect(files).toEqual(expect.arrayContaining(['/favicon.ico', '/robots.txt']));
  for (const path of files) {
    const { status, headers, body } = await anyone.send('GET', path);
    expect([path, status, headers['cache-control']]).toEqual([path, 200, 'public, max-age=0, must-revalidate']);
    expect(body).toBe(readFileSync(`public${decodeURIComponent(path)}`, 'utf8'));
    const again = await anyone.send('GET', path, { headers: { 'If-None-Match': String(headers.etag) } });
    expect([again.status, again.body]).toEqual([304, '']);
  }
});

test('nothing beside it is opened by how its path is written', async ({ server }) => {
  const anyone = new HttpClient(server.port);
  for (const path of [
    '/ROBOTS.TXT',
    '/robots%2etxt',
    '/public/robots.txt',
    '/..%2fpackage.json',
    '/%2e%2e/package.json',
    '/robots.txt%2f..%2faccount',
    '/robots.txt/../account',
    '/robots.txt%00',
    '/robots.txt.map',
    '/.env',
  ]) {
    const { status, headers } = await anyone.visit(path);
    expect([path, status]).toEqual([path, 303]);
    expect(headers.location).toContain('/login?next=');
    expect([path, (await anyone.send('GET', path)).status]).toEqual([path, 401]);
  }
});
