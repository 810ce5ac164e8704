/** Thrown when the app cannot start for a reason that an operator can mend. The message alone says which. */
export class StartProblem extends Error {}

/** Says why a process cannot start, in one line for an operator's problem and with a stack for a fault of ours, and ends it. */
export function endWith(error: unknown): never {
  console.error(error instanceof StartProblem ? error.message : error);
  process.exit(1);
}
