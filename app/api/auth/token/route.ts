import { tokenRoute } from '#lib/core/sign-in/contract.ts';
import { readAccess } from '#lib/server/http/access.ts';
import {
  answerIssued,
  answerSecondStep,
  readSecondStepCookies,
  readSessionCookies,
  setDeviceCookie,
  setSecondStepCookie,
} from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { isStepUp } from '#lib/server/second-factors/waiting.ts';
import { signInWithPasskey } from '#lib/server/sign-in/passkey.ts';
import { completeSecondStep } from '#lib/server/sign-in/second-step.ts';
import { signIn } from '#lib/server/sign-in/sign-in.ts';
import { completeStepUp } from '#lib/server/step-up/second-step.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(tokenRoute, {
  POST: async (call) => {
    const { request, deps, requester, body } = call;
    const { refresh: refreshToken } = readSessionCookies(request.headers, deps.env);
    const browser = { requester, refreshToken, ...readSecondStepCookies(request.headers, deps.env) };
    const isSecond = 'second_step_id' in body;
    if (isSecond && (await isStepUp(deps, body.second_step_id, browser.secondStep))) {
      const access = await readAccess(deps, request.headers);
      const { issued, next } = await completeStepUp(deps, access, { body, cookie: browser.secondStep, requester });
      const answer = answerIssued(
        { deps, json: (_, answered, more) => call.json(200, { ...answered, ...(next !== null && { next }) }, more) },
        200,
        issued,
      );
      return setSecondStepCookie(answer, deps.env, '');
    }
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
