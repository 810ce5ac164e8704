/** Numbers that this project has decided, with their units. Those that an operator may change are in settings.ts. */

/** Limits a request body, in bytes. A larger one is refused while it is being read. */
export const bodyLimitBytes = 16 * 1024;

/** Limits the parameters of a query string: Next takes a second or more to read a few thousand. */
export const queryParametersLimit = 100;

/** Limits the `Next-Router-State-Tree` header, in characters. Real ones have a few hundred; a longer one is ignored. */
export const routerStateMaxLength = 2048;

/** Limits a password, in bytes of UTF-8. bcrypt ignores all after the 72nd, so a longer one is refused, never cut. */
export const passwordMaxBytes = 72;

/** Seconds that a token's `iat` may lie in the future, since its issuer's clock may run ahead. */
export const issuedAtLeewaySeconds = 5;

/** Seconds that one request of a refresh may take at most, so that its repeat still falls into the default grace. */
const refreshTimeoutSeconds = 8;

/** Limits the passwords that wait for each hashing thread. Beyond that a request is answered 503. */
export const hashQueuePerThread = 32;

/** Returns the hashing threads of each process: `cores` shared among `workers`, but at least one and at most two. */
export function hashThreads(cores: number, workers: number): number {
  return Math.min(2, Math.max(1, Math.floor(cores / workers)));
}

/** Days that the row of an ended session is kept, so that the sign-in page can say why it ended. */
export const endedSessionKeepDays = 30;

/** Seconds between two purges of old rows. */
export const purgeSeconds = 600;
/** Limits the rows that one statement of a purge deletes. */
export const purgeBatch = 50;

/** Seconds that a call waits for a database that is locked, busy or cannot be reached before it is answered 503. */
export const databaseWaitSeconds = 5;

/** Returns the PostgreSQL connections of each process: `ofInstance` shared among `workers`, but at least one. */
export function databaseConnections(ofInstance: number, workers: number): number {
  return Math.max(1, Math.floor(ofInstance / workers));
}

/** Seconds for which a link to set a password is good. */
export const passwordResetSeconds = 60 * 60;

/** Seconds that a mailed link must still be good for, for another request to bring the same one again. */
export const linkReuseSeconds = 15 * 60;

/** Seconds for which a change of address waits for the code that was mailed. */
export const emailChangeSeconds = 60 * 60;
/** Seconds for which a change of address can be undone, and the old address is kept for its owner. */
export const undoSeconds = 7 * 24 * 60 * 60;

/** Seconds for which a sign-up waits for the code that was mailed. */
export const signUpSeconds = 60 * 60;
/** Limits the codes that are compared for one sign-up or change of address: of 100 million codes these are too few to guess one. */
export const codeTries = 5;
/** Limits how often one code is mailed again, and sets the seconds between two such mails. */
export const codeResends = { count: 3, seconds: 60 };

/** Seconds for which a sign-in waits for its second step, and limits the codes that are compared for it. */
export const secondStepSeconds = 10 * 60;
export const secondStepTries = 5;
/** Seconds after a second step from a strange network that was never finished in which another one is not told of. */
export const secondStepNoticeSeconds = 60 * 60;
/** Limits the codes that are compared for one mailed link. */
export const linkProofTries = 10;
/** Seconds for which an authenticator app waits for its first code. */
export const totpEnrolmentSeconds = 10 * 60;
/** Limits the codes that are compared for an authenticator app that waits. */
export const totpTries = 10;
/** Limits the wrong app codes in a row after which strangers' codes are not taken any more. */
export const totpFailuresInRow = 100;
/** Sets how many recovery codes a person gets. */
export const recoveryCodesCount = 10;

/** Limits the passkeys of a user. */
export const passkeysLimit = 20;
/** Seconds for which a passkey can be used or made once it was asked for. */
export const ceremonySeconds = 5 * 60;

/** Limits the identities at providers of a user. */
export const identitiesLimit = 10;
/** Seconds for which a sign-in may be on its way to a provider, and for which one completion has it for itself. */
export const transactionSeconds = 10 * 60;
export const claimSeconds = 15;
/** Limits the sign-ins that one browser has on their way at once. */
export const transactionsLimit = 10;

/** Limits the mails that tell a user of one type of security event. */
export const noticeLimit = { count: 10, seconds: 60 * 60 };
/** Seconds after which a mail that brings no link is given up. */
export const noticeLifeSeconds = 24 * 60 * 60;
/** Seconds that a try to send a mail may take, for which it is hidden from other processes, and that an ending process waits. */
export const mailTry = { seconds: 40, hiddenSeconds: 60, stopSeconds: 5 };
/** Seconds after which the outbox is looked through for mails of other processes and for those to be tried again. */
export const outboxSeconds = 5;
/** Days for which a mail is kept in the outbox: one that failed, and any other. */
export const mailKeepDays = { failed: 30, other: 7 };

/** Limits the mails that /outbox shows. */
export const outboxMails = 50;

/** Returns the seconds between a failed try to send a mail, counted from 1, and the next. */
export function mailRetrySeconds(tries: number): number {
  return [10, 60, 5 * 60, 15 * 60][tries - 1] ?? 60 * 60;
}

/** Seconds between two tries that unknown networks together get at an account past LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE. */
export const accountPaceSeconds = 5;

/** Seconds that a network waits at most for a try that no other network can take, and for each one after that. */
export const longestWaitSeconds = 10 * 60;
/** Seconds for which the start of a network's wait is remembered. */
export const waitMemorySeconds = 24 * 60 * 60;

/** Seconds for which a network counts as known to an account after a sign-in from there. */
export const knownNetworkSeconds = 30 * 24 * 60 * 60;

/** Seconds for which a browser in a network counts as known to an account after a sign-in. */
export const knownDeviceSeconds = 90 * 24 * 60 * 60;

/** Limits the stored security events of one type that strangers can cause for a user. */
export const securityEventLimit = { count: 20, seconds: 60 * 60 };

/** Seconds in the `Retry-After` header of a 503. */
export const retryAfterSeconds = 2;

/** Returns how many seconds before its end a page session is renewed, instead of a page being rendered from it. */
export function renewalMarginSeconds(accessTtlSeconds: number): number {
  return Math.min(15, accessTtlSeconds / 5);
}

/** Returns how many seconds one request of a refresh may take: min(8, 0.8 × grace), or 8 without grace. */
export function refreshAbortSeconds(graceSeconds: number): number {
  return graceSeconds === 0 ? refreshTimeoutSeconds : Math.min(refreshTimeoutSeconds, 0.8 * graceSeconds);
}
