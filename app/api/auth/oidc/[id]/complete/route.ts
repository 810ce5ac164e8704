import { AppError } from '#lib/core/errors.ts';
import { providerCompleteRoute } from '#lib/core/providers/contract.ts';
import { toErrorResponse } from '#lib/edge/respond.ts';
import { readAccess } from '#lib/server/http/access.ts';
import {
  answerIssued,
  answerSecondStep,
  readSecondStepCookies,
  readSessionCookies,
  setDeviceCookie,
} from '#lib/server/http/cookies.ts';
import { isFinal, requireProvider } from '#lib/server/http/provider.ts';
import { readTransactionCookie, setTransactionCookie } from '#lib/server/http/provider-cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { linkReturned } from '#lib/server/identities/link.ts';
import { readReturned } from '#lib/server/providers/returned.ts';
import { intentOf, tagOf } from '#lib/server/providers/transaction.ts';
import type { Issued } from '#lib/server/sessions/issue.ts';
import { signInReturned } from '#lib/server/sign-in/provider.ts';
import { confirmReturned } from '#lib/server/step-up/provider.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerCompleteRoute, {
  POST: async (call) => {
    const { request, deps, requester, id, body, json } = call;
    const provider = requireProvider(deps, id);
    const secret = readTransactionCookie(request.headers, deps.env, tagOf(body.state));
    const over = (answer: Response) => setTransactionCookie(answer, deps.env, { tag: tagOf(body.state), secret: '' });
    const issue = (status: 200 | 201, issued: Issued, next: string) =>
      answerIssued({ deps, json: (_, answered, more) => json(status, { ...answered, next }, more) }, status, issued);
    try {
      const intent = await intentOf(deps, provider, { state: body.state, secret });
      const access = intent === 'sign_in' ? null : await readAccess(deps, request.headers);
      const returned = await readReturned(deps, provider, body, { requester, secret });
      if (access && intent === 'link') {
        const next = await linkReturned(deps, { access, requester }, returned);
        return over(json(200, { status: 'linked', next }));
      }
      if (access) {
        const outcome = await confirmReturned(deps, access, { returned, requester });
        if ('secondStep' in outcome) return over(answerSecondStep(deps, outcome));
        const { issued, next } = outcome;
        return over(issue(200, issued, next));
      }
      const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
      const { device } = readSecondStepCookies(request.headers, deps.env);
      const outcome = await signInReturned(deps, provider, returned, { requester, secret, refreshToken, device });
      if ('secondStep' in outcome) return over(answerSecondStep(deps, outcome));
      const { issued, isNewAccount, next } = outcome;
      const answer = issue(isNewAccount ? 201 : 200, issued, next);
      if (outcome.device) setDeviceCookie(answer, deps.env, outcome.device);
      return over(answer);
    } catch (error) {
      if (error instanceof AppError && isFinal(error)) return over(toErrorResponse(error));
      throw error;
    }
  },
});
