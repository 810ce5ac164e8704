/** What stands in front in production: ends TLS with a certificate made now, and passes everything on; or not quite. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { createServer } from 'node:https';
import { generate } from 'selfsigned';

export interface TlsProxy {
  url: string;
  /** In PEM, for who is to trust it. */
  certificate: string;
  stop(): Promise<void>;
}

type Pairs = [name: string, value: string][];

/** What a badly set up one does. */
export interface Meddling {
  request?(headers: IncomingHttpHeaders): IncomingHttpHeaders;
  answer?(headers: Pairs): Pairs;
  /** Keeps every answer to a GET, and gives it to whoever asks next. */
  isCaching?: boolean;
}

/** Of this process: making one takes a while. */
let certificate: ReturnType<typeof generate> | undefined;

/** Listens on `port` for https://localhost and passes on to the plain server at `targetPort`. */
export async function startTlsProxy(port: number, targetPort: number, meddling: Meddling = {}): Promise<TlsProxy> {
  certificate ??= generate([{ name: 'commonName', value: 'localhost' }]);
  const { private: key, cert } = await certificate;
  const kept = new Map<string, { status: number; headers: Pairs; body: Buffer }>();
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url: path = '', headers, socket } = incoming;
    const found = method === 'GET' ? kept.get(path) : undefined;
    if (found) return outgoing.writeHead(found.status, found.headers.flat()).end(found.body);
    const forwarded = { ...headers, 'x-forwarded-for': socket.remoteAddress, 'x-forwarded-proto': 'https' };
    const sent = meddling.request?.({ ...forwarded, 'x-as-it-came': headers['x-forwarded-for'] ?? '' }) ?? forwarded;
    const onward = request({ port: targetPort, method, path, headers: sent }, async (answer) => {
      const pairs = pairsOf(answer.rawHeaders);
      const status = answer.statusCode ?? 502;
      const given = meddling.answer?.(pairs) ?? pairs;
      outgoing.writeHead(status, given.flat());
      if (!meddling.isCaching || method !== 'GET') return answer.pipe(outgoing);
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part);
      kept.set(path, { status, headers: given, body: Buffer.concat(parts) });
      outgoing.end(Buffer.concat(parts));
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    url: `https://localhost:${port}`,
    certificate: cert,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function pairsOf(raw: string[]): Pairs {
  const pairs: Pairs = [];
  for (let index = 0; index < raw.length; index += 2) pairs.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return pairs;
}
