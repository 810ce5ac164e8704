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
  /** Whether the person has just shown who they are. */
  isFresh: boolean;
  /** The session that this one takes the place of at its first use; null once it was used, and for one that does not. */
  replaces: string | null;
}

/** Takes the place of the ordinary answer to one request. */
export type Mishap = (serve: () => Answer, signal: AbortSignal | null) => Promise<Answer>;

export const ada = { id: 'ada', email: 'ada@example.org', name: 'Ada' };
export const bob = { id: 'bob', email: 'bob@example.org', name: 'Bob' };
/** The time at which an account is deleted whose owner leaves. */
export const deletesAt = '2026-12-05T12:00:00.000Z';
export const credentials = { email: ada.email, password: 'correct horse battery' };

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const refusal = (status: number, error: string, headers = {}) =>
  json(status, { error, error_description: `About ${error}.` }, headers);
/** Refuses what only a fresh sign-in may do (RFC 9470). */
const notFresh = () =>
  ({
    response: refusal(401, 'insufficient_user_authentication', {
      'www-authenticate':
        'Bearer realm="latchkey", error="insufficient_user_authentication", error_description="Confirm.", max_age="900"',
    }),
  }) satisfies Answer;
const wrongField = (name: string) =>
  ({
    response: json(400, { error: 'invalid_request', error_description: 'No.', fields: { [name]: ['Wrong.'] } }),
  }) satisfies Answer;
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

  function begin(user = settings.user, status = 200, more: Partial<Session> = {}): Answer {
    const sid = `session-${sessions.size + 1}`;
    const session = { user, head: 0, ended: false, isFresh: false, replaces: null, ...more };
    sessions.set(sid, session);
    return tokenAnswer(sid, session, status);
  }

  /** Ends a session, and what is one with it: its unused successors, and what it would replace itself. */
  function end(sid: string | undefined): void {
    for (const one of oneWith(sid)) one.ended = true;
  }

  function oneWith(sid: string | undefined): Session[] {
    const session = sessions.get(sid ?? '');
    if (!session) return [];
    const root = session.replaces ?? sid;
    const successors = [...sessions.values()].filter(({ replaces }) => replaces === root);
    return [session, ...successors, ...(session.replaces ? [sessions.get(session.replaces) ?? session] : [])];
  }

  /** Notes a use of a session. The first one of a successor ends what it replaces, and the other successors. */
  function use(sid: string): void {
    const session = sessions.get(sid);
    if (!session?.replaces) return;
    for (const one of oneWith(sid)) if (one !== session) one.ended = true;
    session.replaces = null;
  }

  function refresh(jar: Cookies | null): Answer {
    const session = sessions.get(jar?.sid ?? '');
    if (!jar || !session || session.ended) return { response: refusal(401, 'invalid_grant') };
    use(jar.sid);
    // The parent's replay: its answer is the head's.
    if (jar.generation === session.head) session.head += 1;
    return tokenAnswer(jar.sid, session);
  }

  function presentToken(jar: Cookies | null): Answer {
    const session = sessions.get(jar?.sid ?? '');
    if (!jar || !session || session.ended || now() >= jar.pageSession.expiresAt) {
      return { response: refusal(401, 'unauthorized') };
    }
    use(jar.sid);
    const expires_in = (jar.pageSession.expiresAt - now()) / 1000;
    const body = { access_token: jar.pageSession.token, token_type: 'Bearer', expires_in, user: session.user };
    return { response: json(200, body) };
  }

  function bearerSession(init: RequestInit): { sid: string; session: Session } | null {
    const value = new Headers(init.headers).get('authorization')?.replace('Bearer ', '') ?? '';
    const token = tokens.get(value);
    const session = sessions.get(token?.sid ?? '');
    if (!token || !session || session.ended || now() >= token.expiresAt) return null;
    if (token.generation < session.head - 1) return null;
    use(token.sid);
    return { sid: token.sid, session };
  }

  function route(request: string, init: RequestInit, jar: Cookies | null, body: string): Answer {
    if (request === 'GET /api/auth/session') return presentToken(jar);
    if (request === 'POST /api/auth/refresh') return refresh(jar);
    if (request === 'POST /api/auth/token' || request === 'POST /api/auth/register') {
      if (!body.includes(credentials.password) && !body.includes('second_step_id'))
        return { response: refusal(401, 'invalid_grant') };
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
    if (request.includes('/api/fresh') && !bearer.session.isFresh) return notFresh();
    if (request === 'POST /api/auth/step-up') {
      if (!body.includes(credentials.password)) return wrongField('password');
      return begin(bearer.session.user, 200, { isFresh: true, replaces: bearer.sid });
    }
    if (request === 'POST /api/auth/password') {
      end(bearer.sid);
      return begin();
    }
    if (request === 'DELETE /api/auth/sessions') {
      end(bearer.sid);
      return { response: new Response(null, { status: 204 }), cookies: null };
    }
    if (request === 'DELETE /api/me') {
      if (!bearer.session.isFresh) return notFresh();
      end(bearer.sid);
      return { response: json(202, { deletes_at: deletesAt }), cookies: null };
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
    /** The ids of the sessions that are not over, in the order of their beginning. */
    living: () => [...sessions].filter(([, { ended }]) => !ended).map(([sid]) => sid),
    head: (sid: string) => sessions.get(sid)?.head,
    count: (request: string) => requests.filter((one) => one === request).length,
    /** Lets these mishaps happen to the next requests of this kind, in turn. */
    next: (request: string, ...list: Mishap[]) =>
      mishapsByRequest.set(request, [...(mishapsByRequest.get(request) ?? []), ...list]),
  };
}
