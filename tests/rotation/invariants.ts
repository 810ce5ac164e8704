import assert from 'node:assert/strict';
import type { SessionRow } from '#db/store/sessions.ts';
import type { Session } from '#lib/core/sessions/rotation.ts';

/** What no single step may break, whatever it was. */
export function checkStep(before: Session, after: Session): void {
  const grown = after.head - before.head;
  assert(grown === 0 || grown === 1, 'the head grows by one at most');
  assert(after.parent === null || after.parent < after.head, 'the parent is less than the head');
  if (grown === 0) assert.equal(after.parent, before.parent, 'the parent moves with the head only');
  if (grown === 0 && before.confirmedAt !== null) assert.equal(after.confirmedAt, before.confirmedAt, 'confirmed once');
  if (before.endedAt !== null) assert.deepEqual(after, before, 'ended is for good');
}

/** Of a session and a successor that was used, at most one lives. */
export function checkSuccessors(rows: readonly SessionRow[]): void {
  for (const { replaces, head, confirmedAt } of rows) {
    const replaced = rows.find(({ id }) => id === replaces);
    const isUsed = head > 0 || confirmedAt !== null;
    if (replaced && isUsed)
      assert.notEqual(replaced.endedAt, null, 'the first use of a successor ends what it replaces');
  }
}
