/** What a server answers to bytes, read from the socket itself: nothing is decoded, dropped or put right on the way. */
import { connect } from 'node:net';
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

/**
 * Sends bytes and reads whatever comes, until the server closes. A server that waits for more than it was sent is left
 * after `patience` milliseconds of silence.
 */
export function exchange(port: number, bytes: string, patience = 3000): Promise<Answer[]> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    let said = '';
    socket.setNoDelay().setTimeout(patience, () => socket.end());
    socket.setEncoding('latin1').on('data', (part) => {
      said += part;
    });
    // Whoever refuses a body may cut the connection with the rest of it unread. What was said before counts.
    socket.on('error', () => {}).on('close', () => resolve([...answersIn(said)]));
    socket.write(bytes, 'latin1');
  });
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
