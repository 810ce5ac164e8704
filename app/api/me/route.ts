import { meRoute } from '#lib/core/accounts/contract.ts';
import { leave } from '#lib/server/accounts/leave.ts';
import { findSafeguards } from '#lib/server/accounts/safeguards.ts';
import { answerSignedOut } from '#lib/server/http/cookies.ts';
import { route } from '#lib/server/http/route.ts';
import { toUser } from '#lib/server/sessions/user.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(meRoute, {
  GET: async ({ access: { user, session }, deps, json }) => {
    const { isEmailVerified, isTwoStep } = await findSafeguards(deps, user.id);
    const marks = { email_verified: isEmailVerified, two_step: isTwoStep };
    const created_at = user.createdAt.toISOString();
    return json(200, { ...toUser(user), ...marks, created_at, session_id: session.id });
  },
  DELETE: async ({ request, access: { user, session }, deps, requester, json, empty }) => {
    const deletesAt = await leave(deps, { user, sessionId: session.id, requester });
    const answer = deletesAt === null ? empty(204) : json(202, { deletes_at: deletesAt.toISOString() });
    return answerSignedOut(request, deps, answer);
  },
});
