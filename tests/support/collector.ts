/** A collector of traces (OTLP over http, in protobuf), and the spans that it was sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';

export interface Collector {
  url: string;
  received: { path: string; bytes: Buffer }[];
  /** Returns all that arrived, to be searched for text. */
  all(): Buffer;
  close(): void;
}

export async function startCollector(): Promise<Collector> {
  const received: Collector['received'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ path: request.url ?? '', bytes: Buffer.concat(chunks) });
    response.end();
  }).listen(0);
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://localhost:${typeof address === 'object' && address ? address.port : 0}`,
    received,
    all: () => Buffer.concat(received.map(({ bytes }) => bytes)),
    close: () => server.close(),
  };
}

export interface Span {
  traceId: string;
  id: string;
  parentId: string;
  name: string;
  kind: number;
  /** Values by name; a number stands as a text. */
  attributes: Record<string, string>;
  /** Names of its events, with their attributes. */
  events: [string, Record<string, string>][];
  /** 2 for an error. */
  status: number;
}

/** Reads the spans of what a collector received (opentelemetry/proto/trace/v1/trace.proto). */
export function spansOf({ received }: Collector): Span[] {
  return received
    .flatMap(({ bytes }) => parts(bytes, 1))
    .flatMap((resource) => parts(resource, 2))
    .flatMap((scope) => parts(scope, 2))
    .map((span) => ({
      traceId: hex(parts(span, 1)[0]),
      id: hex(parts(span, 2)[0]),
      parentId: hex(parts(span, 4)[0]),
      name: text(parts(span, 5)[0]),
      kind: number(span, 6),
      attributes: attributes(parts(span, 9)),
      events: parts(span, 11).map((event) => [text(parts(event, 2)[0]), attributes(parts(event, 3))]),
      status: parts(span, 15).map((status) => number(status, 3))[0] ?? 0,
    }));
}

const hex = (bytes?: Buffer) => bytes?.toString('hex') ?? '';
const text = (bytes?: Buffer) => bytes?.toString() ?? '';

function attributes(pairs: Buffer[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const value = parts(pair, 2)[0] ?? Buffer.alloc(0);
      const word = parts(value, 1)[0];
      return [text(parts(pair, 1)[0]), word ? text(word) : [...fields(value)].map((one) => one.value).join()];
    }),
  );
}

/** Returns the fields of a number that hold bytes. */
function parts(message: Buffer, wanted: number): Buffer[] {
  return [...fields(message)].flatMap(({ field, value }) =>
    field === wanted && Buffer.isBuffer(value) ? [value] : [],
  );
}

function number(message: Buffer, wanted: number): number {
  return Number([...fields(message)].find(({ field }) => field === wanted)?.value ?? 0);
}

/** Reads a message of protobuf: numbers, and whatever has a length. */
function* fields(message: Buffer): Generator<{ field: number; value: bigint | Buffer }> {
  for (let at = 0; at < message.length; ) {
    const read = () => {
      let result = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = message[at++] ?? 0;
        result |= BigInt(byte & 127) << shift;
        if (byte < 128) return result;
      }
    };
    const tag = Number(read());
    const [field, type] = [tag >> 3, tag & 7];
    if (type === 0) yield { field, value: read() };
    else {
      const length = type === 1 ? 8 : type === 5 ? 4 : Number(read());
      yield { field, value: message.subarray(at, at + length) };
      at += length;
    }
  }
}
