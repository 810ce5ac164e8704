import { passwordResetRoute } from '#lib/core/passwords/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { resetPassword } from '#lib/server/passwords/reset.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passwordResetRoute, {
  POST: async ({ deps, body, requester, empty }) => {
    await resetPassword(deps, body, requester);
    return empty(204);
  },
});
