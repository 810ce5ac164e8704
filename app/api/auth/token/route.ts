import { tokenRoute } from '#lib/core/sign-in/contract.ts';
import {
  answerIssued,
  answerSecondStep,
  readSecondStepCookies,
  readSessionCookies,
  setDeviceCookie,
  setSecondStepCookie,
} from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { signInWithPasskey } from '#lib/server/sign-in/passkey.ts';
import { completeSecondStep } from '#lib/server/sign-in/second-step.ts';
import { signIn } from '#lib/server/sign-in/sign-in.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(tokenRoute, {
  POST: async (call) => {
    const { request, deps, requester, body } = call;
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    const browser = { requester, refreshToken, ...readSecondStepCookies(request.headers, deps.env) };
    const isSecond = 'second_step_id' in body;
    if (!isSecond && 'credential' in body) return answerIssued(call, 200, await signInWithPasskey(deps, body, browser));
    const outcome = isSecond
      ? await completeSecondStep(deps, body, browser)
      : await signIn(deps, { request: body, ...browser });
    if ('secondStep' in outcome) return answerSecondStep(deps, outcome);
    const answer = answerIssued(call, 200, outcome.issued);
    if (outcome.device) setDeviceCookie(answer, deps.env, outcome.device);
    return isSecond ? setSecondStepCookie(answer, deps.env, '') : answer;
  },
});
