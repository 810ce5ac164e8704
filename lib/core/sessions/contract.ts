/** Declares the requests and answers of sessions: issuing their tokens, listing them and ending them. */
import { z } from 'zod';
import { user } from '#lib/core/accounts/user.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';

/** The token response (RFC 6749 section 5.1), with the user added. The refresh token is sent in its cookie only. */
export const tokenResponse = z.object({
  access_token: z.string(),
  token_type: z.literal('Bearer'),
  expires_in: z.number(),
  user,
});
export type TokenResponse = z.infer<typeof tokenResponse>;

/** HTML of a page that reloads itself after a while. */
const retryPage = z.string();

/** The refresh endpoint. POST answers with tokens; GET, a navigation, renews the page session and leads to `next`. */
export const refreshRoute = routeContract({
  path: api.refresh,
  GET: { answers: { 303: null, 429: retryPage, 503: retryPage }, errors: ['unauthorized'] },
  POST: { answers: { 200: tokenResponse }, errors: ['session_over', 'slow_down'] },
});

export const sessionRoute = routeContract({
  path: api.session,
  GET: { answers: { 200: tokenResponse }, errors: ['unauthorized', 'invalid_token', 'forbidden'] },
});

/** `continue` is where the provider of the session signs its own session out. */
export const signedOut = z.object({ continue: z.string() });

export const logoutRoute = routeContract({ path: api.logout, POST: { answers: { 200: signedOut, 204: null } } });

export const sessionInfo = z.object({
  id: z.string(),
  current: z.boolean(),
  created_at: z.string(),
  last_used_at: z.string(),
  expires_at: z.string(),
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
});
export type SessionInfo = z.infer<typeof sessionInfo>;
export const sessionList = z.object({ items: z.array(sessionInfo) });

export const endSessionsQuery = z.strictObject({
  except: z.literal('current', { error: 'Only "current" can be kept.' }).optional(),
});

export const sessionsRoute = routeContract({
  path: api.sessions,
  GET: { answers: { 200: sessionList } },
  DELETE: { query: endSessionsQuery, answers: { 204: null } },
});

export const oneSessionRoute = routeContract({
  path: api.oneSession,
  DELETE: { answers: { 204: null }, errors: ['not_found'] },
});
