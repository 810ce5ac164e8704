/** The way between browsers and the server, with what goes wrong on it: answers that are lost, or come late. */
import { createServer, type IncomingMessage, request } from 'node:http';

export interface Network {
  url: string;
  /** Every request from now on, as `METHOD /path`, of whatever page. */
  record(): string[];
  /** The next answer to such a request, which the server has given, never arrives. */
  lose(what: string): Promise<void>;
  /** The next answer to such a request stays on its way until it is let go. */
  hold(what: string): HeldAnswer;
  stop(): Promise<void>;
}

export interface HeldAnswer {
  /** Resolves when the server has answered. */
  answered: Promise<void>;
  letGo(): void;
  /** Resolves when it was let go and has been handed to the browser, or the browser no longer waited for it. */
  delivered: Promise<void>;
}

interface Mishap {
  what: string;
  onAnswer(): void;
  /** Resolves when the answer may go on; null where it never may. */
  until: Promise<void> | null;
  onDelivered(): void;
}

/** Listens on `port` and passes everything on to the server at `targetPort`. */
export async function startNetwork(port: number, targetPort: number): Promise<Network> {
  const records: string[][] = [];
  const mishaps: Mishap[] = [];

  function take(what: string): Mishap | undefined {
    const index = mishaps.findIndex((mishap) => mishap.what === what);
    return index < 0 ? undefined : mishaps.splice(index, 1)[0];
  }

  const server = createServer(async (incoming, outgoing) => {
    const { method, url: path = '/', headers } = incoming;
    const what = `${method} ${path.split('?')[0]}`;
    for (const record of records) record.push(what);
    const mishap = take(what);
    const onward = request({ port: targetPort, method, path, headers });
    onward.on('error', () => outgoing.destroy());
    onward.on('response', async (answer: IncomingMessage) => {
      mishap?.onAnswer();
      if (mishap?.until === null) {
        outgoing.destroy();
        return answer.resume();
      }
      await mishap?.until;
      outgoing.once('close', () => mishap?.onDelivered());
      if (outgoing.destroyed) mishap?.onDelivered();
      // On a connection that was used before, Chromium repeats by itself what got no answer; here pages are to do it.
      outgoing.writeHead(answer.statusCode ?? 502, [...answer.rawHeaders, 'connection', 'close']);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));

  return {
    url: `http://localhost:${port}`,
    record() {
      const record: string[] = [];
      records.push(record);
      return record;
    },
    lose(what) {
      const answered = gate();
      mishaps.push({ what, onAnswer: answered.open, until: null, onDelivered: () => {} });
      return answered.opened;
    },
    hold(what) {
      const [answered, released, delivered] = [gate(), gate(), gate()];
      mishaps.push({ what, onAnswer: answered.open, until: released.opened, onDelivered: delivered.open });
      return { answered: answered.opened, letGo: released.open, delivered: delivered.opened };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
