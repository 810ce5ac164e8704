/** A process that rotates one session, and hits one rate limit, `times` times. Arguments: path, session id, times. */
import { openSqliteStore } from '#db/sqlite/store.ts';
import { aRotation, now, sessionRow } from '../fixtures.ts';

const [path = '', sessionId = '', times = '0'] = process.argv.slice(2);
const store = openSqliteStore(path);
process.once('message', async () => {
  let advanced = 0;
  while (advanced < Number(times)) {
    const { version, head } = await sessionRow(store, sessionId);
    if (!(await store.advance(sessionId, version, aRotation(head)))) continue;
    advanced += 1;
    await store.hit('race', 60, now);
  }
  await store.close();
  process.disconnect();
});
process.send?.('ready');
