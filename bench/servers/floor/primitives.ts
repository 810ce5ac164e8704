import { createHmac } from 'node:crypto';
import type { NewSession, SessionRow } from '../../../db/rows.ts';
import { parseServerSettings } from '../../../lib/core/settings.ts';
import { accessTokenVerifier } from '../../../lib/edge/access-token.ts';
import { sessionCookies } from '../../../lib/edge/session-cookie.ts';
import { accessTokenSigner } from '../../../lib/server/crypto/access-token.ts';

const parsed = parseServerSettings(process.env);
if (!parsed.ok) throw new Error(parsed.problems.join('; '));
const { settings } = parsed;
const ttlSeconds = settings.ACCESS_TTL_SECONDS;
const issuer = { keys: settings.ACCESS_TOKEN_KEYS, issuer: settings.APP_URL, audience: settings.ACCESS_TOKEN_AUDIENCE };
const sign = accessTokenSigner({ ...issuer, ttlSeconds });
const verify = accessTokenVerifier(issuer);
const seals = sessionCookies({ secrets: settings.SESSION_SECRET, accessTtlSeconds: ttlSeconds, verify });

/** The cookies of a session, for one HMAC, one signature and one seal: what any answer with new tokens has to make. */
export async function issue(session: Pick<SessionRow | NewSession, 'id' | 'userId'>, head: number): Promise<Response> {
  const tag = createHmac('sha256', settings.AUTH_SECRET[0] ?? '')
    .update(`${session.id}.${head}`)
    .digest('base64url');
  const subject = { userId: session.userId, sessionId: session.id, generation: head };
  const { token, claims } = await sign(subject, new Date());
  const seal = await seals.seal(token, claims);
  const response = Response.json({ access_token: token, token_type: 'Bearer', expires_in: ttlSeconds });
  for (const pair of [
    `floor-refresh=${session.id}.${head}.${tag}`,
    `floor-session=${seal}`,
    `floor-user=${session.userId}`,
  ])
    response.headers.append('Set-Cookie', `${pair}; Path=/; HttpOnly; SameSite=Lax`);
  return response;
}
