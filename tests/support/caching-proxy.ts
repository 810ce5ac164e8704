/** A shared cache in front: keeps every 200 and 30x that does not forbid it, for whoever asks for the same address next. */
import { createServer, type IncomingMessage, request } from 'node:http';

export interface CachingProxy {
  url: string;
  /** Each answer of the server that passed by, and whether its request or itself was somebody's own. */
  passed: { what: string; status: number; cacheControl: string; isPersonal: boolean }[];
  /** What it has handed out from its store, as paths. */
  repeated: string[];
  /** What it has kept, as paths. */
  kept(): string[];
  /** Is as it was at the start. */
  forget(): void;
  stop(): Promise<void>;
}

interface Kept {
  status: number;
  headers: string[];
  body: Buffer;
}

/** Listens on `port` in front of the server at `targetPort`. No `Vary`, cookie or token makes a difference to it. */
export async function startCachingProxy(port: number, targetPort: number): Promise<CachingProxy> {
  const store = new Map<string, Kept>();
  const passed: CachingProxy['passed'] = [];
  const repeated: string[] = [];

  const server = createServer(async (incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const known = method === 'GET' ? store.get(path) : undefined;
    if (known) {
      repeated.push(path);
      return outgoing.writeHead(known.status, known.headers).end(known.body);
    }
    const onward = request({ port: targetPort, method, path, headers: { ...headers, connection: 'close' } });
    onward.on('error', () => outgoing.destroy());
    onward.on('response', async (answer: IncomingMessage) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part);
      const status = answer.statusCode ?? 502;
      const cacheControl = answer.headers['cache-control'] ?? '';
      const isPersonal = Boolean(headers.cookie ?? headers.authorization ?? answer.headers['set-cookie']);
      passed.push({ what: `${method} ${path}`, status, cacheControl, isPersonal });
      const fresh = { status, headers: withoutLength(answer.rawHeaders), body: Buffer.concat(parts) };
      const isKept = method === 'GET' && /^(200|30\d)$/.test(String(status)) && !/no-store|private/.test(cacheControl);
      if (isKept) store.set(path, fresh);
      outgoing.writeHead(status, fresh.headers).end(fresh.body);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));

  return {
    url: `http://localhost:${port}`,
    passed,
    repeated,
    kept: () => [...store.keys()],
    forget() {
      store.clear();
      passed.length = 0;
      repeated.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The body has arrived as a whole: how it was cut up on the way is over. */
function withoutLength(rawHeaders: string[]): string[] {
  const names = /^(transfer-encoding|connection|keep-alive)$/i;
  return rawHeaders.filter((_, index) => !names.test(rawHeaders[index - (index % 2)] ?? ''));
}
