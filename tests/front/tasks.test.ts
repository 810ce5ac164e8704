/** The task that a path names is the one that is answered, whatever the query says, even by a process that has just begun. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeTask } from '#tests/fuzz/tasks/facts.ts';
import { bearer, methods, request } from './bytes.ts';
import { differing, type Pair, some, startPair } from './pair.ts';
import { queries, spellings } from './spellings.ts';

let pair: Pair;
let other: Record<string, string>;

beforeAll(async () => {
  pair = await startPair({
    people: 20,
    async prepare({ app, ann }) {
      other = await makeTask(app, { id: ann.id, who: 'nobody' });
    },
  });
}, 120_000);
afterAll(() => pair.close());

/** Returns what names the task that must not be answered. */
const told = (text: string) => Object.values(other).filter((fact) => text.includes(fact));

test('the first request of all, with the other id in Next’s own parameter', async () => {
  const { ann } = pair.world;
  const target = `/api/tasks/${ann.facts.taskId}?nxtPid=${other.taskId}`;
  const [answer] = await pair.same(request('GET', target, { headers: [bearer(ann)] }));
  expect(told(answer?.body ?? '')).toEqual([]);
});

test('every method, spelling and query', async () => {
  const { ann } = pair.world;
  const path = `/api/tasks/${ann.facts.taskId}`;
  const latin1 = (target: string) => Buffer.from(target).toString('latin1');
  const all = [...spellings(path), ...queries(other.taskId ?? '').map((query) => `${path}?${query}`)].map(latin1);
  const asked = some(all, 60).flatMap((target) => [
    request('GET', target, { headers: [bearer(ann)] }),
    request('OPTIONS', target, { headers: [bearer(ann)] }),
  ]);
  const found: string[] = [];
  for (const bytes of asked) {
    const answers = await pair.same(bytes).catch((error: Error) => [{ body: error.message }]);
    // Where the query was asked for, it may be told.
    for (const { body } of answers)
      if (told(body.replaceAll(other.taskId ?? '', '')).length > 0) found.push(`${bytes}\n${body}`);
  }
  expect(found).toEqual([]);
  const empty = methods.map(
    (method) => () => request(method, `${path}?nxtPid=${other.taskId}`, { body: '{"title":"Put"}' }),
  );
  expect(await differing(pair, empty)).toEqual([]);
});
