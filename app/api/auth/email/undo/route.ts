import { emailUndoRoute } from '#lib/core/accounts/email-contract.ts';
import { undoEmailChange } from '#lib/server/accounts/undo-email.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(emailUndoRoute, {
  POST: async ({ deps, requester, body, empty }) => {
    await undoEmailChange(deps, body, requester);
    return empty(204);
  },
});
