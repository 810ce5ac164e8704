import type { NextRequest } from 'next/server';
import { check } from './check.ts';

export const config = { matcher: ['/tasks', '/api/tasks'] };

/** Runs on the edge runtime, as the documentation for earlier versions of Next has it. */
export function middleware(request: NextRequest): Promise<Response> {
  return check(request);
}
