import { passkeysCreationRoute } from '#lib/core/passkeys/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { startPasskey } from '#lib/server/passkeys/keep.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passkeysCreationRoute, {
  POST: async ({ deps, access, requester, json }) => json(200, await startPasskey(deps, { access, requester })),
});
