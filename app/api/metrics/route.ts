import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '#lib/core/errors.ts';
import { metricsRoute } from '#lib/core/runtime/contract.ts';
import { privateNoStore } from '#lib/edge/respond.ts';
import { route } from '#lib/server/http/route.ts';

/** Compares two texts in a time that tells nothing about where they differ. */
function isSame(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = route(metricsRoute, {
  GET: async ({ request, deps }) => {
    const expected = deps.env.METRICS_TOKEN;
    if (expected === undefined) throw new AppError('not_found');
    if (!isSame(request.headers.get('authorization') ?? '', `Bearer ${expected}`)) throw new AppError('unauthorized');
    const headers = { ...privateNoStore, 'Content-Type': deps.metrics.contentType };
    return new Response(await deps.metrics.scrape(), { headers });
  },
});
