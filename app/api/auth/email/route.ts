import { emailRoute } from '#lib/core/accounts/email-contract.ts';
import { askForEmail, giveUpEmail } from '#lib/server/accounts/change-email.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(emailRoute, {
  POST: async ({ deps, access, requester, body: { email }, json }) =>
    json(202, { expires_in: await askForEmail(deps, access, { email, requester }) }),
  DELETE: async ({ deps, access, empty }) => {
    await giveUpEmail(deps, access.user.id);
    return empty(204);
  },
});
