import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import type { Client, Connection } from './client.ts';
import { faultOf } from './errors.ts';

type Work<T> = (connection: Connection) => T;
type Outcome = { value: unknown } | { error: unknown };
interface Waiting {
  work: Work<unknown>;
  settle(outcome: Outcome): void;
}

/**
 * Runs writes. Those of one turn of the event loop share a transaction, and with it one sync of the disk, which is what a write
 * costs. Each answers after the commit and is all or nothing by itself: one that fails takes no other with it.
 */
export function groupCommit(client: Client): <T>(work: Work<T>) => Promise<T> {
  let waiting: Waiting[] = [];

  function commit() {
    const group = waiting;
    waiting = [];
    client
      .use((connection) => outcomesOf(connection, group))
      .then(
        (outcomes) => {
          for (const [index, outcome] of outcomes.entries()) group[index]?.settle(outcome);
        },
        (error: unknown) => {
          for (const { settle } of group) settle({ error });
        },
      );
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      waiting.push({
        work,
        settle: (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.value as T)),
      });
      if (waiting.length === 1) setImmediate(commit);
    });
}

function outcomesOf(connection: Connection, group: Waiting[]): Outcome[] {
  const [first, second] = group;
  // A statement alone is a transaction already.
  if (first && !second) return [{ value: first.work(connection) }];
  const { client: sqlite } = connection;
  const all = sqlite.transaction(() => group.map(({ work }) => outcomeOf(sqlite.transaction(() => work(connection)))));
  return all.immediate();
}

/** What is wrong with the file or the disk is wrong for all: then the whole group is tried again, or fails. */
function outcomeOf(savepoint: () => unknown): Outcome {
  try {
    return { value: savepoint() };
  } catch (error) {
    if (faultOf(error) !== 'other') throw error;
    return { error: new DatabaseError(codeOf(error)) };
  }
}
