import { AppError } from '#lib/core/errors.ts';
import { unknownRoute } from '#lib/core/runtime/contract.ts';
import { route } from '#lib/server/http/route.ts';

async function nothingHere(): Promise<Response> {
  throw new AppError('not_found');
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(unknownRoute, {
  GET: nothingHere,
  POST: nothingHere,
  PUT: nothingHere,
  PATCH: nothingHere,
  DELETE: nothingHere,
});
