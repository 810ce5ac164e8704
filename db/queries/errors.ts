/**
 * A failure of the database that trying again does not mend. It does not quote the database's own message, which may
 * hold a statement's parameters.
 */
export class DatabaseError extends Error {
  /** Error code of the database; for errors from elsewhere their code or, if they have none, their class. */
  readonly code: string;

  constructor(code: string) {
    super(`The database failed: ${code}.`);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** A migration that changed nothing, since somebody has to decide something first. The message tells an operator what. */
export class MigrationStopped extends Error {
  override readonly name = 'MigrationStopped';
}

/** Returns the code of an error or, if it has none, its class. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
