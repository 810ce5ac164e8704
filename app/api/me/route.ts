import { meRoute } from '#lib/core/accounts/contract.ts';
import { route } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(meRoute, {
  GET: async ({ access: { user, session }, json }) => {
    const { id, email, name, createdAt } = user;
    return json(200, { id, email, name, created_at: createdAt.toISOString(), session_id: session.id });
  },
});
