import { json } from '#lib/edge/respond.ts';
import { methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async ({ deps }) => {
    await deps.store.check();
    return json(200, { status: 'ok' });
  },
});
