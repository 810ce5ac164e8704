/** Requests as bytes, a good one of each kind. Each letter is a byte. */

export interface Wire {
  line: string;
  headers: string[];
  body: string;
}

/** What the good requests bring. */
export interface Tokens {
  access: string;
  refresh: string;
  session: string;
}

const chunk = (content: string) => `${content.length.toString(16)}\r\n${content}\r\n`;

export function goodWires({ access, refresh, session }: Tokens): Wire[] {
  const host = ['Host: localhost', 'Connection: close', 'User-Agent: Test/1.0'];
  const cookie = `Cookie: latchkey-refresh=${refresh}; latchkey-session=${session}`;
  const bearer = `Authorization: Bearer ${access}`;
  const navigation = ['Sec-Fetch-Dest: document', 'Accept: text/html', cookie];
  const flight = ['RSC: 1', 'Next-Router-State-Tree: %5B%22%22%2C%7B%7D%5D', 'Sec-Fetch-Dest: empty', cookie];
  const json = 'Content-Type: application/json';
  const get = (path: string, ...more: string[]): Wire => ({
    line: `GET ${path} HTTP/1.1`,
    headers: [...host, ...more],
    body: '',
  });
  const post = (path: string, body: string, ...more: string[]): Wire => ({
    line: `POST ${path} HTTP/1.1`,
    headers: [...host, json, `Content-Length: ${body.length}`, ...more],
    body,
  });
  const chunked = (path: string, body: string, ...more: string[]): Wire => ({
    line: `POST ${path} HTTP/1.1`,
    headers: [...host, json, 'Transfer-Encoding: chunked', ...more],
    body: chunk(body.slice(0, 5)) + chunk(body.slice(5)) + chunk(''),
  });
  const unknown = '{"email":"nobody@example.org","password":"a few unrelated words"}';
  return [
    get('/', ...navigation),
    get('/login?next=%2Faccount', ...navigation.slice(0, 2)),
    get('/tasks?page=2&search=x', ...navigation),
    get('/tasks/0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2', ...navigation),
    get('/account/activity', ...navigation.slice(0, 2)),
    get('/nothing/here', ...navigation),
    get('/tasks?_rsc=abc', ...flight),
    get('/account/sessions', ...flight, 'Next-Router-Prefetch: 1', 'Next-Router-Segment-Prefetch: /_tree'),
    get('/api/auth/refresh?next=%2Ftasks', ...navigation),
    get('/api/auth/session', cookie, 'Sec-Fetch-Site: same-origin'),
    get('/api/me', bearer),
    get('/api/tasks/0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2', bearer),
    get('/api/tasks?page=1&size=5&sort=title', bearer),
    get('/api/health'),
    get('/.well-known/jwks.json'),
    get('/_next/static/chunks/nothing.js'),
    get('/_next/image?url=%2Ficon.svg&w=64&q=75'),
    get('/icon.svg'),
    post('/api/auth/token', unknown),
    chunked('/api/auth/token', unknown),
    post('/api/auth/refresh', ''),
    post('/api/tasks', '{"title":""}', bearer),
    chunked('/api/tasks', '{"title":""}', bearer),
    post('/login', '{"a":1}'),
    post('/tasks', 'x', cookie),
  ];
}

export function written({ line, headers, body }: Wire): string {
  return `${line}\r\n${headers.map((one) => `${one}\r\n`).join('')}\r\n${body}`;
}
