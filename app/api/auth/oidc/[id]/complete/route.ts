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
      if (access) {
        const { issued, next } = await confirmReturned(deps, access, { returned, requester });
        return answerIssued({ deps, json: (_, answered, more) => json(200, { ...answered, next }, more) }, 200, issued);
      }
      const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
      const { device } = readSecondStepCookies(request.headers, deps.env);
      const outcome = await signInReturned(deps, provider, returned, { requester, refreshToken, device });
      if ('secondStep' in outcome) return answerSecondStep(deps, outcome);
      const { issued, isNewAccount, next } = outcome;
      const status = isNewAccount ? 201 : 200;
      const answer = answerIssued(
        { deps, json: (_, answered, more) => json(status, { ...answered, next }, more) },
        status,
        issued,
      );
      return outcome.device ? setDeviceCookie(answer, deps.env, outcome.device) : answer;
    });
  },
});
