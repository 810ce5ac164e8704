/** Fails in each way that a handler can: by what the query says. */
import { notFound, redirect } from 'next/navigation';
import type { NextRequest } from 'next/server';

export async function GET({ nextUrl }: NextRequest): Promise<Response> {
  const way = nextUrl.searchParams.get('way');
  if (way === 'redirect') redirect('/login');
  if (way === 'nothing') notFound();
  if (way === 'no_answer') return undefined as unknown as Response;
  if (way === 'no_error') throw 'a planted text';
  if (way === 'stream') return new Response(breaking(), { headers: { 'Content-Type': 'text/plain' } });
  if (way === 'empty')
    return new Response(null, { status: 418, headers: { 'X-Own': 'a', 'Set-Cookie': 'a=b; Path=/' } });
  throw new Error('A planted error.');
}

/** Makes a body that breaks after its first part. */
function breaking(): ReadableStream<Uint8Array> {
  let isBegun = false;
  return new ReadableStream({
    pull(controller) {
      if (isBegun) controller.error(new Error('A planted error of a stream.'));
      else controller.enqueue(new TextEncoder().encode('begun'));
      isBegun = true;
    },
  });
}
