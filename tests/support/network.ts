/** The way between browsers and the server, with what goes wrong on it: answers that are lost, or come late. */
import { startProxy } from './proxy.ts';

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

  const proxy = await startProxy(port, {
    target: () => targetPort,
    // On a connection that was used before, Chromium repeats by itself what got no answer; here pages are to do it.
    keepsAlive: false,
    fateOf({ method, url = '/' }) {
      const what = `${method} ${url.split('?')[0]}`;
      for (const record of records) record.push(what);
      const mishap = take(what);
      if (!mishap) return {};
      return {
        async answered() {
          mishap.onAnswer();
          await mishap.until;
          return mishap.until === null ? 'none' : 'whole';
        },
        delivered: mishap.onDelivered,
      };
    },
  });

  return {
    url: proxy.url,
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
    stop: proxy.stop,
  };
}

function gate(): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
