/** What stands in front in production: ends TLS with a certificate made now, and passes everything on. */
import { request } from 'node:http';
import { createServer } from 'node:https';
import { generate } from 'selfsigned';

export interface TlsProxy {
  url: string;
  stop(): Promise<void>;
}

/** Listens on `port` for https://localhost and passes on to the plain server at `targetPort`. */
export async function startTlsProxy(port: number, targetPort: number): Promise<TlsProxy> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
  const server = createServer({ key, cert }, (incoming, outgoing) => {
    const { method, url: path, headers, socket } = incoming;
    const forwarded = { ...headers, 'x-forwarded-for': socket.remoteAddress, 'x-forwarded-proto': 'https' };
    const onward = request({ port: targetPort, method, path, headers: forwarded }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    url: `https://localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
