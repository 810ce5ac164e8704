import type { NextRequest } from 'next/server';
import { check } from './check.ts';

export const config = { matcher: ['/tasks', '/api/tasks'] };

/** Runs on Node, as the documentation for Next 16 has it. */
export function proxy(request: NextRequest): Promise<Response> {
  return check(request);
}
