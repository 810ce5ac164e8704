/** Reads who is signed in, on a public endpoint that asks for it in some cases only. */
import 'server-only';
import type { AccessRow } from '#db/store/sessions.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';

/** Lets in an access token whose session is alive. Throws `unauthorized` without one, or `invalid_token`. */
export async function readAccess(deps: Container, headers: Headers): Promise<AccessRow> {
  return requireAccess(deps, await bearerClaims(headers, deps.verifyAccessToken, deps.clock()));
}
