import { passwordForgotRoute } from '#lib/core/passwords/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { askForPasswordLink } from '#lib/server/passwords/forgot.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(passwordForgotRoute, {
  POST: async ({ deps, body, requester, json }) => {
    await askForPasswordLink(deps, body.email, requester);
    return json(202, {});
  },
});
