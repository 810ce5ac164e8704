import { expect, test } from 'vitest';
import { startApp } from '#tests/support/app.ts';
import { signedUp } from '#tests/support/browser.ts';
import { expectBusy, spoiltDisk } from '#tests/support/spoilt-disk.ts';

test('a full disk refuses a task for now, keeps nothing of it, and takes it once there is room', async () => {
  const app = await startApp({ RATE_LIMITS: 'off' });
  const browser = await signedUp();
  const disk = spoiltDisk(app);
  await browser.send('GET', '/api/me');
  const json = { title: 'Too long', description: 'x'.repeat(5000) };
  const add = () => browser.send('POST', '/api/tasks', { json });
  await disk.spoil('max_page_count = 1');
  await expectBusy(await add());
  expect(await (await browser.send('GET', '/api/tasks')).json()).toMatchObject({ total: 0 });
  expect((await add()).status).toBe(201);
  disk.close();
  await app.close();
});
