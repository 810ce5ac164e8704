import { passkeysRoute } from '#lib/core/passkeys/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { addPasskey, listPasskeys } from '#lib/server/passkeys/keep.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passkeysRoute, {
  GET: async ({ deps, access: { user }, json }) => json(200, { items: await listPasskeys(deps, user.id) }),
  POST: async ({ deps, access, requester, body, json }) =>
    json(201, await addPasskey(deps, { access, requester }, body)),
});
