/** What went wrong, without the database's message: that may hold a statement's parameters. */
export class DatabaseError extends Error {
  /** The database's own code, or another error's code or class. */
  readonly code: string;

  constructor(code: string) {
    super(`The database failed: ${code}.`);
    this.name = 'DatabaseError';
    this.code = code;
  }
}

/** The code of an error, or its class where it has none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
