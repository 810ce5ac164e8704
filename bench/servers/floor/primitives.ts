import { createHmac, randomUUID } from 'node:crypto';
import { sealData } from 'iron-session';
import { importJWK, type JWK, SignJWT } from 'jose';
import type { NewSession, SessionRow } from '../../../db/store/sessions.ts';
import { parseServerSettings } from '../../../lib/core/settings.ts';

const parsed = parseServerSettings(process.env);
if (!parsed.ok) throw new Error(parsed.problems.join('; '));
const { settings } = parsed;
const ttlSeconds = settings.ACCESS_TTL_SECONDS;
const [jwk] = settings.ACCESS_TOKEN_KEYS;
const [password = ''] = settings.SESSION_SECRET;
if (!jwk) throw new Error('ACCESS_TOKEN_KEYS is empty.');
const key = importJWK<JWK>({ ...jwk, use: 'sig' }, jwk.alg);
const header = { alg: jwk.alg, kid: jwk.kid, typ: 'at+jwt' };

/**
 * Answers with the cookies of a session, made by one HMAC, one signature and one sealed cookie: the least that an
 * answer with new tokens needs. Uses jose and iron-session as their documentation shows.
 */
export async function issue(session: Pick<SessionRow | NewSession, 'id' | 'userId'>, head: number): Promise<Response> {
  const tag = createHmac('sha256', settings.AUTH_SECRET[0] ?? '')
    .update(`${session.id}.${head}`)
    .digest('base64url');
  const token = await new SignJWT({ client_id: 'web', sid: session.id, gen: head })
    .setProtectedHeader(header)
    .setIssuer(settings.APP_URL)
    .setAudience(settings.ACCESS_TOKEN_AUDIENCE)
    .setSubject(session.userId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds} s`)
    .sign(await key);
  const exp = Math.floor(Date.now() / 1000) + ttlSeconds;
  const pageSession = await sealData({ token, exp, sid: session.id, gen: head }, { password, ttl: 0 });
  const response = Response.json({ access_token: token, token_type: 'Bearer', expires_in: ttlSeconds });
  for (const pair of [
    `floor-refresh=${session.id}.${head}.${tag}`,
    `floor-session=${pageSession}`,
    `floor-user=${session.userId}`,
  ])
    response.headers.append('Set-Cookie', `${pair}; Path=/; HttpOnly; SameSite=Lax`);
  return response;
}
