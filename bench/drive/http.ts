/**
 * An HTTP client with what a driver needs, kept connections and cookies, and no work that would show in the numbers.
 */
import { Agent, request as send } from 'node:http';

export interface Request {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
  status: number;
  body: string;
  /** Cookies that the answer sets, by name. */
  cookies: Record<string, string>;
}

export interface Client {
  send(request: Request): Promise<Answer>;
  close(): void;
}

/** Makes a client with at most `connections` connections to `base`. It keeps them open. */
export function connect(base: string, connections: number): Client {
  const { hostname, port } = new URL(base);
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    send: ({ method = 'GET', path, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
        const options = { agent, hostname, port, method, path, headers: { ...headers, ...length } };
        const request = send(options, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              body: text,
              cookies: cookiesOf(response.headers['set-cookie'] ?? []),
            });
          });
        });
        request.on('error', reject);
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}

function cookiesOf(lines: string[]): Record<string, string> {
  const pairs = lines.map((line) => line.split(';', 1)[0] ?? '');
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}
