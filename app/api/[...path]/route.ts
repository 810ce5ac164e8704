import { AppError } from '#lib/core/errors.ts';
import { authed, methods } from '#lib/server/http/route.ts';

const nothingHere = authed(async () => {
  throw new AppError('not_found');
});

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: nothingHere,
  POST: nothingHere,
  PUT: nothingHere,
  PATCH: nothingHere,
  DELETE: nothingHere,
});
