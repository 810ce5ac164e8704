import { codeOf, DatabaseError } from '#db/queries/errors.ts';
import { faultOf } from './errors.ts';
import type { Connection, SqliteFile } from './file.ts';

type Work<T> = (connection: Connection) => T;

/** A write that waits for the group's commit. */
interface Waiting {
  run: Work<void>;
  committed(): void;
  failed(error: unknown): void;
}

/**
 * Returns a function that runs writes. The writes of one turn of the event loop share a transaction, and so one sync of
 * the disk, which is most of what a write costs. Each resolves after the commit and is all or nothing by itself: one
 * that fails does not undo the others.
 */
export function groupCommit(file: SqliteFile): <T>(work: Work<T>) => Promise<T> {
  let waiting: Waiting[] = [];

  function commit() {
    const group = waiting;
    waiting = [];
    file
      .use((connection) => runGroup(connection, group))
      .then(
        (errors) => {
          for (const write of group) {
            const error = errors.get(write);
            if (error) write.failed(error);
            else write.committed();
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

/** Runs the writes of a group in one transaction. Returns the errors of those that failed. */
function runGroup(connection: Connection, group: Waiting[]): Map<Waiting, DatabaseError> {
  const errors = new Map<Waiting, DatabaseError>();
  const [first, second] = group;
  // A single statement is a transaction already.
  if (first && !second) {
    first.run(connection);
    return errors;
  }
  const { sqlite } = connection;
  const all = sqlite.transaction(() => {
    for (const write of group) {
      // Within a transaction, another one is a savepoint.
      const error = runInSavepoint(sqlite.transaction(() => write.run(connection)));
      if (error) errors.set(write, error);
    }
  });
  all.immediate();
  return errors;
}

/**
 * Runs one write of a group. Returns its error, if it has one. Throws instead if the file or the disk is at fault: then
 * the whole group is tried again, or fails.
 */
function runInSavepoint(savepoint: () => void): DatabaseError | null {
  try {
    savepoint();
    return null;
  } catch (error) {
    if (faultOf(error) !== 'other') throw error;
    return new DatabaseError(codeOf(error));
  }
}
