/** Seconds that an `Idempotency-Key` is remembered. */
export const idempotencyKeySeconds = 24 * 60 * 60;
