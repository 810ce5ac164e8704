/** The shape of requests and responses of the demo page. No token, seed, nonce or key stands in any of them. */
import * as z from 'zod/mini';

/** A session's row, as far as rotation reads it. Times are RFC 3339; `now` is the server's clock when it answered. */
export const demoSession = z.object({
  id: z.string(),
  head: z.number(),
  parent: z.nullable(z.number()),
  exchanged_at: z.string(),
  confirmed_at: z.nullable(z.string()),
  idle_expires_at: z.string(),
  expires_at: z.string(),
  grace_seconds: z.number(),
  now: z.string(),
});
export type DemoSession = z.infer<typeof demoSession>;

const whole = 'A whole number from 0.';
export const demoRefreshRequest = z.strictObject({
  generation: z.int({ error: whole }).check(z.gte(0, whole)),
});

/** What presenting a token came to. `reuse`: refused, and the session ended for it. `ended`: it was over before. */
export const demoRefreshed = z.object({
  outcome: z.enum(['rotated', 'replayed', 'replaced', 'reuse', 'ended']),
  /** Null where the session is over. */
  session: z.nullable(demoSession),
});
export type DemoRefreshed = z.infer<typeof demoRefreshed>;

export const demoUsed = z.object({ outcome: z.enum(['used', 'ended']), session: z.nullable(demoSession) });
export type DemoUsed = z.infer<typeof demoUsed>;
