/** Bytes on the wire as they are, which no HTTP client would send. */
import { connect } from 'node:net';

/** Sends a head (with plain line ends) and what follows it, then waits for the whole answer. */
export async function raw(port: number, head: string, body: Iterable<string> = []): Promise<string> {
  const socket = connect(port, 'localhost');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    answer += chunk;
    // An answer in our error shape is whole, even where the connection stays open for the rest of the request.
    if (/\r\n\r\n[\s\S]*\}/.test(answer)) socket.destroy();
  });
  socket.write(`${head.replaceAll('\n', '\r\n')}\r\n\r\n`, 'latin1');
  for (const part of body) socket.write(part, 'latin1');
  // Whoever refuses a body may cut the connection with the rest of it unread. What was said before counts.
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('close', resolve));
  return answer;
}

/** A part of a chunked body. */
export function chunk(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
