import 'server-only';

/** Thrown where a provider did not answer, or answered that it cannot: the same may be tried again. */
export class ProviderAway extends Error {
  constructor() {
    super('The provider did not answer.');
    this.name = 'ProviderAway';
  }
}

/** Seconds after which what needs a provider that is away may be tried again. */
export const awaySeconds = 5;

const callSeconds = 5;
const largestAnswer = 1024 * 1024;

/** Tells whether a failure comes down to a provider that is away. Libraries wrap the error of a call. */
export function isAway(error: unknown): boolean {
  return error instanceof Error && (error.name === 'ProviderAway' || isAway(error.cause));
}

/**
 * Calls a provider: for `callSeconds` at most, following no redirect, reading `largestAnswer` bytes at most. Throws `ProviderAway` for
 * no answer, for a larger one and for a 5xx.
 */
export async function callProvider(url: string | URL, init: object = {}): Promise<Response> {
  const given: RequestInit = init;
  const timeout = AbortSignal.timeout(callSeconds * 1000);
  const signal = given.signal ? AbortSignal.any([given.signal, timeout]) : timeout;
  let response: Response;
  let body: Uint8Array<ArrayBuffer>;
  try {
    response = await fetch(url, { ...given, redirect: 'manual', signal });
    body = await readBody(response);
  } catch {
    throw new ProviderAway();
  }
  if (response.status >= 500) throw new ProviderAway();
  const isEmpty = response.status === 204 || response.status === 304;
  return new Response(isEmpty ? null : body, { status: response.status, headers: response.headers });
}

/** Waits for calls to a provider, for `seconds` in all. Throws `ProviderAway` once they are over; each call ends by itself. */
export async function withinSeconds<T>(seconds: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ProviderAway()), seconds * 1000);
  });
  return Promise.race([work, over]).finally(() => clearTimeout(timer));
}

/** Reads a body. Throws `ProviderAway` for one that is too large. */
async function readBody({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > largestAnswer) throw new ProviderAway();
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}
