import { meRoute } from '#lib/core/accounts/contract.ts';
import { route } from '#lib/server/http/route.ts';
import { toUser } from '#lib/server/sessions/user.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(meRoute, {
  GET: async ({ access: { user, session }, json }) => {
    return json(200, { ...toUser(user), created_at: user.createdAt.toISOString(), session_id: session.id });
  },
});
