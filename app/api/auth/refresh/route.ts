import { AppError } from '#lib/core/errors.ts';
import { loginPath, safeNext } from '#lib/core/routes.ts';
import { isDocumentNavigation } from '#lib/edge/navigation.ts';
import { readSessionCookies, setSessionCookies } from '#lib/server/http/cookies.ts';
import { issued } from '#lib/server/http/issued.ts';
import { retryPage, seeOther } from '#lib/server/http/pages.ts';
import { type Call, failure, methods } from '#lib/server/http/route.ts';
import { requireSameOrigin } from '#lib/server/http/same-origin.ts';
import { isPageSessionFresh } from '#lib/server/sessions/page-session.ts';
import { refresh } from '#lib/server/sessions/refresh.ts';

/** The navigation that a page's guard sends the browser on: renews the cookies and leads back, or to the login page. */
async function renewAndReturn({ request, deps, client }: Call): Promise<Response> {
  const { APP_URL } = deps.env;
  const next = safeNext(new URL(request.url).searchParams.get('next'));
  const cookies = readSessionCookies(request.headers, APP_URL);
  if (await isPageSessionFresh(deps, cookies)) return seeOther(APP_URL, next);
  const renewed = await refresh(deps, cookies.refresh, client);
  if (!renewed) return seeOther(APP_URL, loginPath(next));
  return setSessionCookies(seeOther(APP_URL, next), APP_URL, renewed.cookies);
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods(
  {
    GET: async (call) => {
      if (!isDocumentNavigation(call.request.headers)) throw new AppError('unauthorized');
      return renewAndReturn(call).catch((error: unknown) => retryPage(failure(error, call.deps.log)));
    },
    POST: async ({ request, deps, client }) => {
      requireSameOrigin(request.headers, deps.env.APP_URL);
      const { refresh: token } = readSessionCookies(request.headers, deps.env.APP_URL);
      const renewed = await refresh(deps, token, client);
      if (!renewed) throw new AppError('session_over');
      return issued(200, renewed, deps);
    },
  },
  { head: false },
);
