import { invalid } from '#lib/core/errors.ts';
import { backchannelLogoutRoute } from '#lib/core/providers/contract.ts';
import { readForm } from '#lib/server/http/body.ts';
import { requireProvider } from '#lib/server/http/provider.ts';
import { route } from '#lib/server/http/route.ts';
import { signOutByProvider } from '#lib/server/providers/sign-out.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(backchannelLogoutRoute, {
  POST: async ({ request, deps, id, empty }) => {
    const provider = requireProvider(deps, id);
    const tokens = (await readForm(request)).getAll('logout_token');
    const [token] = tokens;
    if (token === undefined || tokens.length > 1) throw invalid({ logout_token: ['Send one.'] });
    await signOutByProvider(deps, provider, token);
    return empty(200);
  },
});
