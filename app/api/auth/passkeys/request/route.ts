import { passkeysRequestRoute } from '#lib/core/passkeys/contract.ts';
import { bearerClaims } from '#lib/edge/bearer.ts';
import { route } from '#lib/server/http/route.ts';
import { requestPasskey } from '#lib/server/passkeys/assertion.ts';
import { requireAccess } from '#lib/server/sessions/access.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passkeysRequestRoute, {
  POST: async ({ request, deps, body: { purpose }, json }) => {
    if (purpose !== 'step_up') return json(200, await requestPasskey(deps, purpose, null));
    const claims = await bearerClaims(request.headers, deps.verifyAccessToken, deps.clock());
    const { user, session } = await requireAccess(deps, claims);
    return json(200, await requestPasskey(deps, purpose, { userId: user.id, sessionId: session.id }));
  },
});
