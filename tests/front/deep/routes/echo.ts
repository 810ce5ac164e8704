/** Tells what a handler sees of a request. */
import type { NextRequest } from 'next/server';

async function echo(request: NextRequest): Promise<Response> {
  const { url, nextUrl, method } = request;
  const headers = [...request.headers].filter(([name]) => name !== 'x-request-id').sort();
  const body = await request.text();
  const cookies = request.cookies.getAll();
  return Response.json({
    method,
    url,
    nextUrl: nextUrl.href,
    host: nextUrl.host,
    query: nextUrl.search,
    headers,
    cookies,
    body,
  });
}

export { echo as GET, echo as POST };
