/** An instance of the app in a process of its own, which answers what its parent sends. Argument: settings, as JSON. */
import { z } from 'zod';
import { parseServerSettings } from '#lib/core/settings.ts';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { createContainer, setContainer } from '#lib/server/runtime/container.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { routeFor } from '#tests/support/routes.ts';
import { sent, step } from './messages.ts';

const settings = z.record(z.string(), z.string()).parse(JSON.parse(process.argv[2] ?? ''));
const parsed = parseServerSettings(testEnvironment(settings));
if (!parsed.ok) throw new Error(parsed.problems.join('; '));
const deps = await createContainer(parsed.settings);
deps.hasher = passwordHasher(4, 2);
let ahead = 0;
deps.clock = () => new Date(deps.store.clock().getTime() + ahead * 1000);
setContainer(deps);

process.on('message', async (message) => {
  const moved = step.safeParse(message);
  if (moved.success) {
    ahead += moved.data.seconds;
    return;
  }
  const { id, url, ...init } = sent.parse(message);
  const response = await routeFor(new Request(url, init));
  process.send?.({ id, status: response.status, headers: [...response.headers], body: await response.text() });
});
process.on('disconnect', async () => {
  await Promise.all([deps.hasher.close(), deps.store.close()]);
  process.exit();
});
process.send?.('ready');
