/** How a browser sends a request. */
import type { Person, World } from './world.ts';

export const origin = 'http://localhost:3000';

export interface Ask {
  method: string;
  /** With its query. */
  path: string;
  /** By names in lower case. */
  headers: Record<string, string>;
  body: string | Buffer | null;
}
export interface Good {
  name: string;
  make(world: World): Ask;
}

export const fromScript = {
  origin,
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'cors',
  'sec-fetch-dest': 'empty',
};
export const navigation = {
  accept: 'text/html',
  'sec-fetch-site': 'same-origin',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};
const browser = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:146.0) Gecko/20100101 Firefox/146.0',
  'x-forwarded-for': '203.0.113.9',
};

export function cookies({ tokens }: Person): { cookie: string } {
  return { cookie: `latchkey-refresh=${tokens.refresh}; latchkey-session=${tokens.session}; latchkey-theme=dark` };
}

type Given = { body?: object; form?: Record<string, string>; headers?: Record<string, string> };

export function ask(method: string, path: string, { body, form, headers = {} }: Given = {}): Ask {
  const text = body ? JSON.stringify(body) : form ? new URLSearchParams(form).toString() : null;
  const type = body ? 'application/json' : 'application/x-www-form-urlencoded';
  const kind = text === null ? {} : { 'content-type': type };
  return { method, path, body: text, headers: { ...browser, ...kind, ...headers } };
}

/** As a script of a page sends it, with the access token and the cookies. */
export function call(name: string, path: (ann: Person) => string, given: Given = {}): Good {
  const [method = ''] = name.split(' ');
  const headers = ({ ann }: World) => ({
    ...fromScript,
    ...cookies(ann),
    authorization: `Bearer ${ann.tokens.access}`,
    ...given.headers,
  });
  return { name, make: (world) => ask(method, path(world.ann), { ...given, headers: headers(world) }) };
}

/** As a form or a navigation sends it: with the cookies, if any, and no access token. */
export function open(name: string, path: string, given: (ann: Person) => Given, signedIn = true): Good {
  const [method = ''] = name.split(' ');
  const make = ({ ann }: World) => {
    const { headers, ...rest } = given(ann);
    return ask(method, path, { ...rest, headers: { ...(headers ?? fromScript), ...(signedIn && cookies(ann)) } });
  };
  return { name, make };
}
