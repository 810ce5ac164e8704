import { providerCallbackRoute } from '#lib/core/providers/contract.ts';
import { paths } from '#lib/core/routes.ts';
import { readForm } from '#lib/server/http/body.ts';
import { fragmentOf, requireProvider } from '#lib/server/http/provider.ts';
import { route } from '#lib/server/http/route.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Reads no cookie and no row, calls nobody and sets no cookie: a forged or prefetched callback does nothing. */
function goOn({ deps, id }: { deps: Container; id: string }, parameters: URLSearchParams) {
  requireProvider(deps, id);
  return {
    Location: `${deps.env.APP_URL}${paths.loginContinue}#${fragmentOf(id, parameters)}`,
    'Referrer-Policy': 'no-referrer',
  };
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerCallbackRoute, {
  GET: async (call) => call.empty(303, goOn(call, new URL(call.request.url).searchParams)),
  POST: async (call) => call.empty(303, goOn(call, await readForm(call.request))),
});
