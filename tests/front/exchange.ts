/** What a server answers to bytes, read from the socket itself: nothing is decoded, dropped or put right on the way. */
import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import { gunzipSync } from 'node:zlib';

/** One answer. Each letter is a byte. */
export interface Answer {
  /** Its first line. */
  line: string;
  /** Its header lines as they were sent, sorted. */
  headers: string[];
  /** Sizes of its chunks, as they were written. */
  chunks: string[];
  body: string;
}

/** Bytes, or some that are sent apart: each part when the server has seen the one before. */
export type Bytes = string | readonly string[];

/**
 * Sends bytes and reads whatever comes, until the server closes. Once it has answered every whole request, a server that
 * waits for more is left after a second of silence.
 */
export async function exchange(port: number, bytes: Bytes): Promise<Answer[]> {
  const { whole, isClosed } = await expected([bytes].flat().join(''));
  const socket = connect(port, 'localhost').setNoDelay().setEncoding('latin1');
  let said = '';
  const closed = new Promise((resolve) => socket.on('error', () => {}).once('close', resolve));
  socket.on('data', (part) => {
    said += part;
  });
  await send(socket, port, [bytes].flat());
  const isDone = () => (said.match(/^HTTP\/1\.1 [2-5]/gm)?.length ?? 0) >= whole;
  let seconds = 0;
  // What was said before a connection is cut counts.
  socket.setTimeout(1000, () => {
    if (++seconds >= 30 || (!isClosed && isDone())) socket.end();
  });
  await closed;
  return [...answersIn(said)];
}

/** Sends each part once the server has seen the one before. */
async function send(socket: Socket, port: number, parts: readonly string[]): Promise<void> {
  for (const [index, part] of parts.entries()) {
    // A process that has answered this has read all that came before it.
    if (index > 0) await fetch(`http://localhost:${port}/api/live`, { headers: { Connection: 'close' } });
    if (!socket.writable) return;
    await new Promise((resolve) => socket.write(part, 'latin1', resolve));
  }
}

/** Tells how many whole requests these bytes are, and whether a server closes when it has read them: Node's own is asked. */
async function expected(bytes: string): Promise<{ whole: number; isClosed: boolean }> {
  const result = { whole: 0, isClosed: false };
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.end(() => result.whole++));
  });
  const [client, end] = duplexPair();
  const close = () => {
    result.isClosed = true;
  };
  client.resume().once('close', close).once('end', close).on('error', close);
  server.emit('connection', end);
  client.write(bytes, 'latin1');
  for (let turn = 0; turn < 200 && !result.isClosed; turn++) await new Promise(setImmediate);
  client.destroy();
  return result;
}

/** Reads answers that stand one behind the other. */
export function* answersIn(said: string): Generator<Answer> {
  let rest = said;
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    const [line = '', ...headers] = (end < 0 ? rest : rest.slice(0, end)).split('\r\n');
    rest = end < 0 ? '' : rest.slice(end + 4);
    const answer: Answer = { line, headers: headers.sort(), chunks: [], body: '' };
    const length = Number(headerOf(answer, 'content-length') ?? 0);
    // An answer to HEAD has the headers of one with a body.
    const isEmpty = / (1\d\d|204|304) /.test(line) || rest === '' || rest.startsWith('HTTP/1.');
    if (!isEmpty && headerOf(answer, 'transfer-encoding') === 'chunked') rest = readChunks(answer, rest);
    else if (!isEmpty && headerOf(answer, 'content-length') !== undefined) {
      answer.body = rest.slice(0, length);
      rest = rest.slice(length);
    } else if (!isEmpty) [answer.body, rest] = [rest, ''];
    if (headerOf(answer, 'content-encoding') === 'gzip')
      answer.body = gunzipSync(Buffer.from(answer.body, 'latin1')).toString('latin1');
    yield answer;
  }
}

/** Reads a body in chunks into an answer. Returns what stands behind it. */
function readChunks(answer: Answer, text: string): string {
  for (let rest = text; ; ) {
    const end = rest.indexOf('\r\n');
    const word = rest.slice(0, Math.max(0, end));
    const size = Number.parseInt(word, 16);
    answer.chunks.push(word || 'cut off');
    if (Number.isNaN(size)) return '';
    answer.body += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 2 + size + 2);
    if (size === 0) return rest;
  }
}

/** Returns the value of a header by its name in lower case. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const line = headers.find((one) => one.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

/** Returns the status of an answer. */
export function statusOf({ line }: Answer): number {
  return Number(line.split(' ')[1]);
}
