/** Declares the requests and answers of the demo page. None of them contains a token, seed, nonce or key. */
import { z } from 'zod';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';

/** The fields of a session's row that rotation reads, and the server's clock as `now`. Times are RFC 3339. */
export const demoSession = z.object({
  id: z.string(),
  head: z.number(),
  parent: z.number().nullable(),
  exchanged_at: z.string(),
  confirmed_at: z.string().nullable(),
  idle_expires_at: z.string(),
  expires_at: z.string(),
  grace_seconds: z.number(),
  now: z.string(),
});
export type DemoSession = z.infer<typeof demoSession>;

export const demoSessionRoute = routeContract({ path: api.demoSession, GET: { answers: { 200: demoSession } } });
export const demoSessionsRoute = routeContract({
  path: api.demoSessions,
  POST: { answers: { 201: demoSession }, errors: ['slow_down'] },
});

const whole = 'A whole number from 0.';
export const demoRefreshRequest = z.strictObject({ generation: z.int({ error: whole }).gte(0, whole) });

/** The outcome of presenting a refresh token. `reuse`: it ended the session. `ended`: the session was over already. */
export const demoRefreshed = z.object({
  outcome: z.enum(['rotated', 'replayed', 'replaced', 'reuse', 'ended']),
  /** The session after the call; null when it is over. */
  session: demoSession.nullable(),
});
export type DemoRefreshed = z.infer<typeof demoRefreshed>;

export const demoRefreshRoute = routeContract({
  path: api.demoRefresh,
  POST: {
    body: demoRefreshRequest,
    answers: { 200: demoRefreshed },
    errors: ['invalid_request', 'not_found', 'slow_down'],
  },
});

export const demoUsed = z.object({ outcome: z.enum(['used', 'ended']), session: demoSession.nullable() });
export type DemoUsed = z.infer<typeof demoUsed>;

export const demoUseRoute = routeContract({
  path: api.demoUse,
  POST: { answers: { 200: demoUsed }, errors: ['not_found'] },
});
