import { AppError } from '#lib/core/errors.ts';
import { providerLinkRoute } from '#lib/core/providers/contract.ts';
import { toErrorResponse } from '#lib/edge/respond.ts';
import { isFinalForHeld, requireProvider } from '#lib/server/http/provider.ts';
import { readTransactionCookie, setTransactionCookie } from '#lib/server/http/provider-cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { linkHeld } from '#lib/server/identities/link.ts';
import { tagOf } from '#lib/server/providers/transaction.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerLinkRoute, {
  POST: async ({ request, deps, access, requester, id, body: { state }, json }) => {
    const provider = requireProvider(deps, id);
    const secret = readTransactionCookie(request.headers, deps.env, tagOf(state));
    const over = (answer: Response) => setTransactionCookie(answer, deps.env, { tag: tagOf(state), secret: '' });
    try {
      const next = await linkHeld(deps, { access, requester }, { provider, state, secret });
      return over(json(200, { status: 'linked', next }));
    } catch (error) {
      if (error instanceof AppError && isFinalForHeld(error)) return over(toErrorResponse(error));
      throw error;
    }
  },
});
