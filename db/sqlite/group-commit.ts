import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import { faultOf } from './errors.ts';
import type { Connection, SqliteFile } from './file.ts';

type Work<T> = (connection: Connection) => T;
interface Waiting {
  run: Work<void>;
  committed(): void;
  failed(error: unknown): void;
}

/**
 * Runs writes. Those of one turn of the event loop share a transaction, and with it one sync of the disk, which is what a write
 * costs. Each answers after the commit and is all or nothing by itself: one that fails takes no other with it.
 */
export function groupCommit(file: SqliteFile): <T>(work: Work<T>) => Promise<T> {
  let waiting: Waiting[] = [];

  function commit() {
    const group = waiting;
    waiting = [];
    file
      .use((connection) => errorsOf(connection, group))
      .then(
        (errors) => {
          for (const one of group) {
            const error = errors.get(one);
            if (error) one.failed(error);
            else one.committed();
          }
        },
        (error: unknown) => {
          for (const { failed } of group) failed(error);
        },
      );
  }

  return <T>(work: Work<T>) =>
    new Promise<T>((resolve, reject) => {
      let answer: T;
      waiting.push({
        run: (connection) => {
          answer = work(connection);
        },
        committed: () => resolve(answer),
        failed: reject,
      });
      if (waiting.length === 1) setImmediate(commit);
    });
}

/** Runs them all, and tells what went wrong with which. */
function errorsOf(connection: Connection, group: Waiting[]): Map<Waiting, DatabaseError> {
  const errors = new Map<Waiting, DatabaseError>();
  const [first, second] = group;
  // A statement alone is a transaction already.
  if (first && !second) {
    first.run(connection);
    return errors;
  }
  const { sqlite } = connection;
  const all = sqlite.transaction(() => {
    for (const one of group) {
      const error = errorOf(sqlite.transaction(() => one.run(connection)));
      if (error) errors.set(one, error);
    }
  });
  all.immediate();
  return errors;
}

/** What is wrong with the file or the disk is wrong for all: then the whole group is tried again, or fails. */
function errorOf(savepoint: () => void): DatabaseError | null {
  try {
    savepoint();
    return null;
  } catch (error) {
    if (faultOf(error) !== 'other') throw error;
    return new DatabaseError(codeOf(error));
  }
}
