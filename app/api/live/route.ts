import { json } from '#lib/edge/respond.ts';
import { methods } from '#lib/server/http/route.ts';

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: async () => json(200, { status: 'ok' }),
});
