/** A browser as far as HTTP goes, over a real socket: sends any path and header as they are, keeps cookies, follows nothing. */
import { type IncomingHttpHeaders, request } from 'node:http';
import { holdToContract } from './contracts.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Options {
  headers?: Record<string, string>;
  json?: unknown;
  /** Gives the request up. */
  signal?: AbortSignal;
}

/** What a browser sends with the loading of a document. */
export const document = { 'Sec-Fetch-Dest': 'document', 'Sec-Fetch-Mode': 'navigate', Accept: 'text/html' };

export class HttpClient {
  readonly #port: number;
  cookies: Record<string, string> = {};
  token: string | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  async send(method: string, path: string, { headers = {}, json, signal }: Options = {}): Promise<Answer> {
    const body = json === undefined ? '' : JSON.stringify(json);
    const cookie = Object.entries(this.cookies).map(([name, value]) => `${name}=${value}`);
    const answer = await exchange(
      this.#port,
      { method, path, body, ...(signal && { signal }) },
      {
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(cookie.length > 0 && { Cookie: cookie.join('; ') }),
        ...(this.token !== null && { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
    );
    const { pathname = '' } = URL.parse(path, 'http://localhost') ?? {};
    // Next itself leads from a path with a slash at its end to the one without.
    if (/^\/api\/.*[^/]$/.test(pathname)) hold(method, pathname, answer);
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/; Max-Age=0(;|$)/.test(set)) delete this.cookies[name];
      else this.cookies[name] = value;
    }
    return answer;
  }

  /** Loads a document. */
  visit(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send('GET', path, { headers: { ...document, ...headers } });
  }

  /** Signs up or in, or refreshes; keeps the token. Throws where the server refuses. */
  async authenticate(path: string, json?: object): Promise<void> {
    this.token = null;
    const { status, body } = await this.send('POST', path, { json });
    if (status >= 300) throw new Error(`POST ${path} answered ${status}.`);
    this.token = String(JSON.parse(body).access_token);
  }
}

/** An answer of the middleware or of server.ts is one of the API, too. */
function hold(method: string, path: string, { status, headers, body }: Answer): void {
  const header = (name: string) => headers[name]?.toString() ?? null;
  holdToContract(method, path, { status, header, text: body });
}

function exchange(
  port: number,
  { body, ...line }: { method: string; path: string; body: string; signal?: AbortSignal },
  headers: Record<string, string>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, ...line, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
