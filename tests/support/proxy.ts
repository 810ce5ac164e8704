/** Stands between clients and servers. What becomes of each request and of its answer is for whoever starts it to say. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** What is left out goes as it should. */
export interface Fate {
  /** Resolves when the request may go on; with false it never does, and its connection is cut. */
  sent?(): Promise<boolean>;
  /** Resolves when the request is to go on a second time. What that is answered reaches nobody. */
  repeated?(): Promise<unknown>;
  /** The server has answered. Resolves when the answer may go on, with how much of it does before the connection is cut. */
  answered?(): Promise<'whole' | 'half' | 'none'>;
  /** The answer has been handed to the client, or the client no longer waited for it. */
  delivered?(): void;
}

export interface Way {
  /** The port that the next request goes on to. */
  target(): number;
  fateOf(request: IncomingMessage): Fate;
  /** Whether a client's connection serves for its next request too. */
  keepsAlive: boolean;
}

export interface RunningProxy {
  url: string;
  stop(): Promise<void>;
}

/** Listens on `port`. What cannot be passed on has its connection cut. */
export async function startProxy(port: number, { target, fateOf, keepsAlive }: Way): Promise<RunningProxy> {
  async function passOn(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const fate = fateOf(incoming);
    const body = await buffer(incoming);
    const send = () => exchange(target(), incoming, body);
    void fate
      .repeated?.()
      .then(send)
      .then((answer) => answer.resume())
      .catch(() => {});
    if ((await fate.sent?.()) === false) return void outgoing.destroy();
    const answer = await send();
    const share = (await fate.answered?.()) ?? 'whole';
    const onDelivered = () => fate.delivered?.();
    outgoing.once('close', onDelivered);
    if (outgoing.destroyed) onDelivered();
    if (share === 'none') {
      answer.resume();
      return void outgoing.destroy();
    }
    const own = keepsAlive ? [] : ['connection', 'close'];
    outgoing.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders, ...own]);
    if (share === 'whole') return pipeline(answer, outgoing);
    const whole = await buffer(answer);
    outgoing.write(whole.subarray(0, whole.length / 2), () => outgoing.destroy());
  }

  const server = createServer((incoming, outgoing) => {
    passOn(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return {
    url: `http://localhost:${port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function exchange(port: number, { method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const onward = request({ port, method, path: url, headers });
    onward.on('error', reject);
    onward.on('response', resolve);
    onward.end(body);
  });
}
