/** Imitates what a browser notices of the server: sessions with generations, cookies, bearer tokens, and mishaps. */

export interface Cookies {
  sid: string;
  generation: number;
  pageSession: { token: string; expiresAt: number };
}

interface Answer {
  response: Response;
  /** The cookies that the answer sets if it arrives: undefined leaves them, null clears them. */
  cookies?: Cookies | null;
}

interface Session {
  user: typeof ada;
  head: number;
  ended: boolean;
}

/** Takes the place of the ordinary answer to one request. */
export type Mishap = (serve: () => Answer, signal: AbortSignal | null) => Promise<Answer>;

export const ada = { id: 'ada', email: 'ada@example.org', name: 'Ada' };
export const bob = { id: 'bob', email: 'bob@example.org', name: 'Bob' };
export const credentials = { email: ada.email, password: 'correct horse battery' };

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const refusal = (status: number, error: string, headers = {}) =>
  json(status, { error, error_description: `About ${error}.` }, headers);
const networkError = () => new TypeError('Failed to fetch');

export const mishaps = {
  offline: async () => Promise.reject(networkError()),
  /** The server does its part; the answer and its cookies never arrive. */
  lost: async (serve) => {
    serve();
    throw networkError();
  },
  /** No answer until the request is aborted. */
  hangs: (_serve, signal) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
  portal: async () => ({ response: new Response('<html>Welcome to the Grand Hotel</html>', { status: 200 }) }),
  portal401: async () => ({ response: new Response('<html>Log in to the proxy</html>', { status: 401 }) }),
  unauthorized: async () => ({ response: refusal(401, 'unauthorized') }),
  busy: async () => ({ response: refusal(503, 'temporarily_unavailable') }),
  slowDown: async () => ({ response: refusal(429, 'slow_down', { 'retry-after': '7' }) }),
} satisfies Record<string, Mishap>;

export function createFakeServer(now: () => number) {
  const sessions = new Map<string, Session>();
  const tokens = new Map<string, { sid: string; generation: number; expiresAt: number }>();
  const mishapsByRequest = new Map<string, Mishap[]>();
  const requests: string[] = [];
  const seen: { request: string; init: RequestInit; body: string }[] = [];
  /** `answer` is the body of the answer to each authorized call that `route` has no other answer for. */
  const settings: { expiresIn: number; user: typeof ada; answer: unknown } = { expiresIn: 300, user: ada, answer: {} };

  function issue(sid: string, session: Session): { token: string; cookies: Cookies } {
    const claims = { sid, gen: session.head, jti: tokens.size };
    const token = `e30.${btoa(JSON.stringify(claims)).replaceAll('=', '')}.signature`;
    const expiresAt = now() + settings.expiresIn * 1000;
    tokens.set(token, { sid, generation: session.head, expiresAt });
    return { token, cookies: { sid, generation: session.head, pageSession: { token, expiresAt } } };
  }

  function tokenAnswer(sid: string, session: Session, status = 200): Answer {
    const { token, cookies } = issue(sid, session);
    const body = { access_token: token, token_type: 'Bearer', expires_in: settings.expiresIn, user: session.user };
    return { response: json(status, body), cookies };
  }

  function begin(user = settings.user, status = 200): Answer {
    const sid = `session-${sessions.size + 1}`;
    const session = { user, head: 0, ended: false };
    sessions.set(sid, session);
    return tokenAnswer(sid, session, status);
  }

  function end(sid: string | undefined): void {
    const session = sessions.get(sid ?? '');
    if (session) session.ended = true;
  }

  function refresh(jar: Cookies | null): Answer {
    const session = sessions.get(jar?.sid ?? '');
    if (!jar || !session || session.ended) return { response: refusal(401, 'invalid_grant') };
    // The parent's replay: its answer is the head's.
    if (jar.generation === session.head) session.head += 1;
    return tokenAnswer(jar.sid, session);
  }

  function presentToken(jar: Cookies | null): Answer {
    const session = sessions.get(jar?.sid ?? '');
    if (!jar || !session || session.ended || now() >= jar.pageSession.expiresAt) {
      return { response: refusal(401, 'unauthorized') };
    }
    const expires_in = (jar.pageSession.expiresAt - now()) / 1000;
    const body = { access_token: jar.pageSession.token, token_type: 'Bearer', expires_in, user: session.user };
    return { response: json(200, body) };
  }

  function bearerSession(init: RequestInit): { sid: string; session: Session } | null {
    const value = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? '';
    const token = tokens.get(value);
    const session = sessions.get(token?.sid ?? '');
    if (!token || !session || session.ended || now() >= token.expiresAt) return null;
    return token.generation >= session.head - 1 ? { sid: token.sid, session } : null;
  }

  function route(request: string, init: RequestInit, jar: Cookies | null, body: string): Answer {
    if (request === 'GET /api/auth/session') return presentToken(jar);
    if (request === 'POST /api/auth/refresh') return refresh(jar);
    if (request === 'POST /api/auth/token' || request === 'POST /api/auth/register') {
      if (!body.includes(credentials.password)) return { response: refusal(401, 'invalid_grant') };
      end(jar?.sid);
      return begin(settings.user, request.endsWith('register') ? 201 : 200);
    }
    if (request === 'POST /api/auth/logout') {
      end(jar?.sid);
      return { response: new Response(null, { status: 204 }), cookies: null };
    }
    const bearer = bearerSession(init);
    if (!bearer) {
      const challenge =
        'Bearer realm="latchkey", error="invalid_token", error_description="The access token is invalid"';
      return { response: refusal(401, 'invalid_token', { 'www-authenticate': challenge }) };
    }
    if (request === 'POST /api/auth/password') {
      end(bearer.sid);
      return begin();
    }
    if (request === 'DELETE /api/auth/sessions') {
      end(bearer.sid);
      return { response: new Response(null, { status: 204 }), cookies: null };
    }
    if (request.startsWith('DELETE ')) return { response: new Response(null, { status: 204 }) };
    return { response: json(200, settings.answer) };
  }

  async function serve(url: string, init: RequestInit, jar: Cookies | null): Promise<Answer> {
    const { pathname, search } = new URL(url, 'http://localhost:3000');
    const request = `${init.method ?? 'GET'} ${pathname}`;
    const body = init.body ? await new Response(init.body).text() : '';
    init.signal?.throwIfAborted();
    requests.push(request + search);
    seen.push({ request, init, body });
    const answer = () => route(request + search, init, jar, body);
    const mishap = mishapsByRequest.get(request)?.shift();
    return mishap ? mishap(answer, init.signal ?? null) : answer();
  }

  return {
    serve,
    settings,
    requests,
    seen,
    begin: (user = ada) => begin(user).cookies ?? null,
    end,
    head: (sid: string) => sessions.get(sid)?.head,
    count: (request: string) => requests.filter((one) => one === request).length,
    /** Lets these mishaps happen to the next requests of this kind, in turn. */
    next: (request: string, ...list: Mishap[]) =>
      mishapsByRequest.set(request, [...(mishapsByRequest.get(request) ?? []), ...list]),
  };
}
