import { exportRoute } from '#lib/core/accounts/contract.ts';
import { exportPerson } from '#lib/server/accounts/export.ts';
import { answerFile } from '#lib/server/http/file.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(exportRoute, {
  GET: async ({ deps, requester, access: { user, session } }) => {
    const pieces = await exportPerson(deps, { userId: user.id, sessionId: session.id, requester });
    return answerFile(deps, `latchkey-${deps.clock().toISOString().slice(0, 10)}.json`, pieces);
  },
});
