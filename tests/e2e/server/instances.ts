/** What is asked of several instances of one app, without a browser. */
import { paths } from '#lib/core/routes.ts';
import type { RunningServer } from '#tests/support/server.ts';

export interface Held {
  token: string;
  cookies: string;
}

export async function post(server: RunningServer | undefined, path: string, json?: object, held?: Held) {
  const response = await fetch(`${server?.url}${path}`, {
    method: 'POST',
    body: json ? JSON.stringify(json) : null,
    headers: {
      ...(json && { 'Content-Type': 'application/json' }),
      ...(held && { Authorization: `Bearer ${held.token}`, Cookie: held.cookies }),
    },
  });
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
  const body = response.status === 204 ? {} : await response.json();
  return { status: response.status, session: { token: body.access_token, cookies: cookies.join('; ') } };
}

/** What each of the three kinds of token opens, everywhere. */
export async function opened(servers: RunningServer[], { token, cookies }: Held): Promise<Record<string, number>> {
  const answers = await Promise.all(
    servers.flatMap((server, index) => {
      const ask = (kind: string, path: string, headers: Record<string, string>, method = 'GET') =>
        fetch(server.url + path, { method, headers, redirect: 'manual' }).then(
          ({ status }) => [`${kind} at ${index}`, status] as const,
        );
      return [
        ask('access token', '/api/me', { Authorization: `Bearer ${token}` }),
        ask('page session', '/api/auth/session', { Cookie: cookies }),
        ask('page', paths.account, { Cookie: cookies, 'Sec-Fetch-Dest': 'document' }),
      ];
    }),
  );
  return Object.fromEntries(answers);
}
/** All that `opened` asks, answered alike: calls with `api`, pages with `page`. */
export const all = (api: number, page: number) => ({
  ...Object.fromEntries(
    ['access token', 'page session'].flatMap((kind) => [0, 1].map((at) => [`${kind} at ${at}`, api])),
  ),
  'page at 0': page,
  'page at 1': page,
});
