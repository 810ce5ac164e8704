import { expect, test } from 'vitest';
import { outbox } from './outbox.ts';

const hourMs = 60 * 60 * 1000;

test('a wait ends when somebody writes a mail', async () => {
  const { wake, wait } = outbox();
  const waited = wait(hourMs);
  wake();
  await waited;
});

test('a mail that was written since the last wait ends the next at once, and only that one', async () => {
  const { wake, wait } = outbox();
  wake();
  wake();
  await wait(hourMs);
  const order: string[] = [];
  const waited = wait(hourMs).then(() => order.push('waited'));
  await Promise.resolve();
  order.push('woken');
  wake();
  await waited;
  expect(order).toEqual(['woken', 'waited']);
});

test('a wait ends by itself', async () => {
  await outbox().wait(1);
});
