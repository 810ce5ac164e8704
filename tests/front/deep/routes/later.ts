/** Does work after its answer, and tells when its client has left. */
import { after, type NextRequest } from 'next/server';

export async function GET({ nextUrl, signal }: NextRequest): Promise<Response> {
  const way = nextUrl.searchParams.get('way');
  if (way === 'wait') {
    console.log('waiting');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    console.log('the client has left');
    return Response.json({ waited: true });
  }
  after(async () => {
    await new Promise(setImmediate);
    console.log('after the answer');
    if (way === 'fault') throw new Error('A planted error, after the answer.');
  });
  return Response.json({ isAborted: signal.aborted });
}
