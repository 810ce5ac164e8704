/** How a call made with the authenticated fetch can fail without an answer. */

/** No token could be had just now. Nobody is signed out: the client keeps trying, and so may the caller. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';

  constructor() {
    super('The session could not be renewed: the server is out of reach.');
  }
}

/** The session is over. Only signing in helps. */
export class SignedOutError extends Error {
  override readonly name = 'SignedOutError';

  constructor() {
    super('The session is over.');
  }
}
