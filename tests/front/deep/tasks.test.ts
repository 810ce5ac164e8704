/** A process that has just begun answers the task that a path names, whatever the query says. */
import { expect, test } from 'vitest';
import { makeTask } from '#tests/fuzz/tasks/facts.ts';
import { openWorld } from '#tests/fuzz/world.ts';
import { copyOf } from '#tests/support/database.ts';
import { startServer } from '#tests/support/server.ts';
import { bearer, request } from '../bytes.ts';
import { exchange, statusOf } from '../exchange.ts';

const names = ['nxtPid', '%6extPid', 'nXtPid', 'a=b&nxtPid', 'nxtPid%00', 'nxtPnxtPid', 'nxtP%69d', 'id'];

test('the first request of a process, in each spelling of Next’s own parameter', async () => {
  const world = await openWorld({});
  const { ann, app } = world;
  const other = await makeTask(app, { id: ann.id, who: 'nobody' });
  for (const name of names) {
    const copy = await copyOf(app.deps.env.DATABASE_URL);
    const server = await startServer({ APP_URL: app.deps.env.APP_URL, DATABASE_URL: copy.url });
    const target = `/api/tasks/${ann.facts.taskId}?${name}=${other.taskId}`;
    const [answer] = await exchange(server.port, request('GET', target, { headers: [bearer(ann)] }));
    await server.stop();
    await copy.close();
    const isTold = answer?.body.includes(other.title);
    expect([name, answer && [200, 400].includes(statusOf(answer)), isTold]).toEqual([name, true, false]);
  }
  await world.close();
}, 120_000);
