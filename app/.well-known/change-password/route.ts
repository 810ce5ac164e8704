import { changePasswordRoute } from '#lib/core/passwords/contract.ts';
import { paths } from '#lib/core/routes.ts';
import { seeOther } from '#lib/server/http/pages.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(changePasswordRoute, {
  GET: async ({ deps }) => seeOther(deps.env.APP_URL, paths.security),
});
