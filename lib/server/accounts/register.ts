import 'server-only';
import { randomUUID } from 'node:crypto';
import type { RegisterRequest } from '#lib/core/contracts.ts';
import { AppError } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import { invalid } from '#lib/server/http/body.ts';
import type { Client } from '#lib/server/http/route.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { logEvent } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { type Issued, issueFirst, newEvent, newSession, sessionIdOfRefreshToken } from '#lib/server/sessions/issue.ts';

/** Makes an account and signs it in. Throws `invalid_request`, `email_taken`, `slow_down` or `temporarily_unavailable`. */
export async function register(
  deps: Container,
  { request, client, refreshToken }: { request: RegisterRequest; client: Client; refreshToken: string | null },
): Promise<Issued> {
  const { env, store, hasher } = deps;
  await limitTries(deps, 'register-address', limitBucket(client.ip), env.LIMIT_REGISTER_PER_ADDRESS);
  const { email, password } = request;
  const problem = passwordProblem(password, { email, minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw invalid({ password: [problem] });
  const passwordHash = await hasher.hash(password);
  const now = deps.clock();
  const user = { id: randomUUID(), email, name: request.name || null, passwordHash, createdAt: now };
  const session = newSession(deps, { userId: user.id, persistent: request.remember ?? false, client, now });
  const event = newEvent('signed_up', { userId: user.id, sessionId: session.id, client, now });
  const outcome = await store.register({
    user,
    session,
    endSessionId: await sessionIdOfRefreshToken(deps, refreshToken),
    event,
  });
  if (outcome === 'email_taken') {
    throw new AppError('email_taken', { fields: { email: ['There is an account with this email already.'] } });
  }
  logEvent(deps.log, event);
  return issueFirst(deps, session, user);
}
