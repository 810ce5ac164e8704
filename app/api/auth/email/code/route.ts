import { emailCodeRoute } from '#lib/core/accounts/email-contract.ts';
import { confirmEmail } from '#lib/server/accounts/change-email.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(emailCodeRoute, {
  POST: async ({ deps, access, requester, body: { code }, json }) =>
    json(200, { user: await confirmEmail(deps, access, { code, requester }) }),
});
