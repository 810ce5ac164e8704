import { meRoute } from '#lib/core/accounts/contract.ts';
import { isEmailVerified } from '#lib/server/accounts/verified.ts';
import { route } from '#lib/server/http/route.ts';
import { toUser } from '#lib/server/sessions/user.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(meRoute, {
  GET: async ({ access: { user, session }, deps, json }) => {
    const email_verified = await isEmailVerified(deps, user.id);
    const created_at = user.createdAt.toISOString();
    return json(200, { ...toUser(user), email_verified, created_at, session_id: session.id });
  },
});
