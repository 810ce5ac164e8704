import { json } from '#lib/edge/respond.ts';
import { authed, methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: authed(async ({ access: { user, session } }) => {
    const { id, email, name, createdAt } = user;
    return json(200, { id, email, name, created_at: createdAt.toISOString(), session_id: session.id });
  }),
});
