import 'server-only';
import { randomUUID } from 'node:crypto';
import type { RegisterRequest } from '#lib/core/accounts/contract.ts';
import { emailTaken } from '#lib/core/errors.ts';
import { limitBucket } from '#lib/core/limits/address.ts';
import type { Requester } from '#lib/core/requester.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { requireGoodPassword } from './new-account.ts';

/**
 * Creates an account with an address that nobody has proved to own, begins its first session and ends the one that the browser
 * came with. Throws `invalid_request`, `email_taken`, `slow_down` or `temporarily_unavailable`.
 */
export async function register(
  deps: Container,
  { request, requester, refreshToken }: { request: RegisterRequest; requester: Requester; refreshToken: string | null },
): Promise<Issued> {
  await limitTries(deps, 'register-address', limitBucket(requester.ip), 'LIMIT_REGISTER_PER_ADDRESS');
  requireGoodPassword(deps, request);
  const { email, name, remember } = request;
  const passwordHash = await deps.hasher.hash(request.password);
  const user = { id: randomUUID(), email, name: name || null, passwordHash, createdAt: deps.clock() };
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'new_account', user },
    event: 'signed_up',
    persistent: remember ?? false,
    requester,
    refreshToken,
  });
  if (!session) throw emailTaken();
  return issueFirst(deps, session, user);
}
