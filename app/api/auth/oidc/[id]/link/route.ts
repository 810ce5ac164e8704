import { providerLinkRoute } from '#lib/core/providers/contract.ts';
import { answerTransaction, requireProvider } from '#lib/server/http/provider.ts';
import { route } from '#lib/server/http/route.ts';
import { linkHeld } from '#lib/server/identities/link.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerLinkRoute, {
  POST: async (call) => {
    const { deps, access, requester, id, body, json } = call;
    const provider = requireProvider(deps, id);
    return answerTransaction(call, body.state, async (secret) => {
      const next = await linkHeld(deps, { access, requester }, { provider, state: body.state, secret });
      return json(200, { status: 'linked', next });
    });
  },
});
