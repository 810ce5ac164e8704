/** A request that can be sent twice, to this origin only. */

export interface RepeatableRequest {
  url: string;
  path: string;
  /** Its body, if any, can be sent any number of times. */
  init: RequestInit;
}

/**
 * Takes what `fetch` takes. A stream, or a Request's body, is read into memory first; strings, forms, blobs and buffers
 * stay as they are. Throws a TypeError for another origin: a token must not leave its own.
 */
export async function prepareRequest(
  origin: string,
  input: RequestInfo | URL,
  init: RequestInit = {},
): Promise<RepeatableRequest> {
  const given = input instanceof Request ? input : null;
  const address = given ? given.url : String(input);
  const url = URL.canParse(address, origin) ? new URL(address, origin) : null;
  if (!url?.href.startsWith(`${origin}/`)) {
    throw new TypeError(`Only paths of ${origin} can be fetched with a token.`);
  }
  const merged = given ? { ...(await takeApart(given)), ...init } : init;
  const body = merged.body instanceof ReadableStream ? await new Response(merged.body).blob() : merged.body;
  return { url: url.href, path: url.pathname, init: body ? { ...merged, body } : merged };
}

async function takeApart(request: Request): Promise<RequestInit> {
  const { method, headers, signal, cache, credentials, integrity, keepalive, redirect, referrerPolicy } = request;
  // Not every browser tells by `request.body` whether there is one.
  const body = method === 'GET' || method === 'HEAD' ? null : await request.blob();
  return {
    ...{ method, headers, signal, cache, credentials, integrity, keepalive, redirect, referrerPolicy },
    ...(body?.size && { body }),
  };
}
