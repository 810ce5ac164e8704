/** A browser as far as HTTP goes: keeps cookies, sends what browsers send, calls the route handlers directly. */
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { routeFor } from './routes.ts';

const origin = 'http://localhost:3000';

interface Options {
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  token?: string | null;
}

export type Server = (request: Request) => Promise<Response>;

export class Browser {
  readonly cookies = new Map<string, string>();
  readonly server: Server;
  token: string | null = null;

  /** `server` answers it: the app in this process, or an instance elsewhere. */
  constructor(server: Server = routeFor) {
    this.server = server;
  }

  /** A second browser that holds the same cookies now: a tab in another process, or a thief. */
  copy(server = this.server): Browser {
    const other = new Browser(server);
    for (const [name, value] of this.cookies) other.cookies.set(name, value);
    other.token = this.token;
    return other;
  }

  async send(
    method: string,
    path: string,
    { json, body, headers = {}, token = this.token }: Options = {},
  ): Promise<Response> {
    const init = {
      method,
      // Node asks for this where the body is a stream.
      duplex: 'half',
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      headers: {
        ...(json !== undefined && { 'Content-Type': 'application/json' }),
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(this.cookies.size > 0 && {
          Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        }),
        'User-Agent': 'Test/1.0',
        ...headers,
      },
    };
    const request = new Request(origin + path, init);
    const response = await this.server(request);
    this.#keep(response);
    return response;
  }

  /** Signs up or in, or refreshes: keeps the token of a good answer. */
  async authenticate(path: string, json?: unknown): Promise<Response> {
    const response = await this.send('POST', path, { ...(json !== undefined && { json }), token: null });
    const parsed = tokenResponse.safeParse(await response.clone().json());
    if (parsed.success) this.token = parsed.data.access_token;
    return response;
  }

  refresh(): Promise<Response> {
    return this.authenticate('/api/auth/refresh');
  }

  navigate(path: string): Promise<Response> {
    return this.send('GET', path, { token: null, headers: { 'Sec-Fetch-Dest': 'document', Accept: 'text/html' } });
  }

  #keep(response: Response): void {
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (/; Max-Age=0(;|$)/.test(header)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}

export const password = 'a few unrelated words';

/** A new account, signed in. */
export async function signedUp(
  email = 'ann@example.org',
  { server, ...options }: { remember?: boolean; server?: Server } = {},
): Promise<Browser> {
  const browser = new Browser(server);
  const response = await browser.authenticate('/api/auth/register', { email, password, name: 'Ann', ...options });
  if (response.status !== 201) throw new Error(`Signing up answered ${response.status}.`);
  return browser;
}
