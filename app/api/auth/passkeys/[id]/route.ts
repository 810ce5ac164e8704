import { onePasskeyRoute } from '#lib/core/passkeys/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { removePasskey, renamePasskey } from '#lib/server/passkeys/keep.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(onePasskeyRoute, {
  PATCH: async ({ deps, access: { user }, id, body: { name }, json }) =>
    json(200, await renamePasskey(deps, user.id, id, name)),
  DELETE: async ({ deps, access, requester, id, empty }) => {
    await removePasskey(deps, { access, requester }, id);
    return empty(204);
  },
});
