import { AppError } from '#lib/core/errors.ts';
import { loginPath, safeNext } from '#lib/core/routes.ts';
import { refreshRoute } from '#lib/core/sessions/contract.ts';
import { isDocumentNavigation } from '#lib/edge/navigation.ts';
import type { BareCall } from '#lib/server/http/call.ts';
import { answerIssued, readSessionCookies, setSessionCookies } from '#lib/server/http/cookies.ts';
import { retryPage, seeOther } from '#lib/server/http/pages.ts';
import { failure, route } from '#lib/server/http/route.ts';
import { isPageSessionFresh } from '#lib/server/sessions/page-session.ts';
import { refresh } from '#lib/server/sessions/refresh.ts';

/** Renews the page session for a browser that a page's guard sent here, then leads back to the page, or to the login page. */
async function renewAndReturn({ request, deps, requester }: BareCall): Promise<Response> {
  const { APP_URL } = deps.env;
  const next = safeNext(new URL(request.url).searchParams.get('next'));
  const cookies = readSessionCookies(request.headers, deps.env);
  if (await isPageSessionFresh(deps, cookies)) return seeOther(APP_URL, next);
  const refreshed = await refresh(deps, cookies.refresh, requester);
  if (!refreshed) return seeOther(APP_URL, loginPath(next));
  return setSessionCookies(seeOther(APP_URL, next), deps.env, refreshed.cookies);
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(refreshRoute, {
  GET: async (call) => {
    if (!isDocumentNavigation(call.request.headers)) throw new AppError('unauthorized');
    return renewAndReturn(call).catch((error: unknown) => retryPage(failure(error, call.deps.log)));
  },
  POST: async (call) => {
    const { request, deps, requester } = call;
    const { refresh: token } = readSessionCookies(request.headers, deps.env);
    const refreshed = await refresh(deps, token, requester);
    if (!refreshed) throw new AppError('session_over');
    return answerIssued(call, 200, refreshed);
  },
});
