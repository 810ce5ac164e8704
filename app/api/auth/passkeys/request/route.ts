import { passkeysRequestRoute } from '#lib/core/passkeys/contract.ts';
import { readAccess } from '#lib/server/http/access.ts';
import { route } from '#lib/server/http/route.ts';
import { requestPasskey } from '#lib/server/passkeys/assertion.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passkeysRequestRoute, {
  POST: async ({ request, deps, body: { purpose }, json }) => {
    if (purpose !== 'step_up') return json(200, await requestPasskey(deps, purpose, null));
    const { user, session } = await readAccess(deps, request.headers);
    return json(200, await requestPasskey(deps, purpose, { userId: user.id, sessionId: session.id }));
  },
});
