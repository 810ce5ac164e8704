import { providerCompleteRoute } from '#lib/core/providers/contract.ts';
import { readAccess } from '#lib/server/http/access.ts';
import {
  answerIssued,
  answerSecondStep,
  readSecondStepCookies,
  readSessionCookies,
  setDeviceCookie,
} from '#lib/server/http/cookies.ts';
import { answerTransaction, requireProvider } from '#lib/server/http/provider.ts';
import { route } from '#lib/server/http/route.ts';
import { linkReturned } from '#lib/server/identities/link.ts';
import { readReturned } from '#lib/server/providers/returned.ts';
import { intentOf } from '#lib/server/providers/transaction.ts';
import type { Issued } from '#lib/server/sessions/issue.ts';
import { signInReturned } from '#lib/server/sign-in/provider.ts';
import { confirmReturned } from '#lib/server/step-up/provider.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(providerCompleteRoute, {
  POST: async (call) => {
    const { request, deps, requester, id, body, json } = call;
    const provider = requireProvider(deps, id);
    return answerTransaction(call, body.state, async (secret) => {
      const intent = await intentOf(deps, provider, { state: body.state, secret });
      const access = intent === 'sign_in' ? null : await readAccess(deps, request.headers);
      const returned = await readReturned(deps, provider, body, { requester, secret });
      if (access && intent === 'link')
        return json(200, { status: 'linked', next: await linkReturned(deps, { access, requester }, returned) });
      const issue = (status: 200 | 201, issued: Issued, next: string) =>
        answerIssued({ deps, json: (_, answered, more) => json(status, { ...answered, next }, more) }, status, issued);
      if (access) {
        const outcome = await confirmReturned(deps, access, { returned, requester });
        if ('secondStep' in outcome) return answerSecondStep(deps, outcome);
        return issue(200, outcome.issued, outcome.next);
      }
      const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
      const { device } = readSecondStepCookies(request.headers, deps.env);
      const outcome = await signInReturned(deps, provider, returned, { requester, refreshToken, device });
      if ('secondStep' in outcome) return answerSecondStep(deps, outcome);
      const answer = issue(outcome.isNewAccount ? 201 : 200, outcome.issued, outcome.next);
      return outcome.device ? setDeviceCookie(answer, deps.env, outcome.device) : answer;
    });
  },
});
