/** Checks the settings that name an SMTP server and a sender. */
import { z } from 'zod';

/** An SMTP server, and how it is spoken to. */
export interface SmtpServer {
  host: string;
  port: number;
  /** `implicit`: TLS from the first byte. `starttls`: nothing is sent before STARTTLS succeeded. `off`: in clear. */
  tls: 'implicit' | 'starttls' | 'off';
  login: { user: string; password: string } | null;
}

/** Matches a host as DNS and URLs write it. */
const host = /^(?:[\w.-]+|\[[\da-f:.]+\])$/i;

const form = 'must be like smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587 for STARTTLS';

/** Checks the URL of an SMTP server and outputs its parts. */
export const smtpUrl = z.string().transform((text, { addIssue }): SmtpServer => {
  const url = URL.parse(text);
  if (!url || !/^smtps?:$/.test(url.protocol) || !host.test(url.hostname) || !/^\/?$/.test(url.pathname) || url.hash) {
    addIssue(form);
    return z.NEVER;
  }
  const login = loginOf(url);
  const [[name, value] = [], ...more] = url.searchParams;
  const isClear = name === 'tls' && value === 'off' && more.length === 0;
  if (login === undefined) addIssue('needs both a user and a password, with signs in them percent-encoded, or neither');
  if (name !== undefined && !isClear) addIssue('takes no parameter but tls=off');
  if (isClear && (login || url.protocol === 'smtps:'))
    addIssue('takes tls=off only with smtp: and without user and password, which need TLS');
  const isImplicit = url.protocol === 'smtps:';
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port) || (isImplicit ? 465 : 587),
    tls: isImplicit ? 'implicit' : isClear ? 'off' : 'starttls',
    login: login ?? null,
  };
});

/** Returns user and password, null where there is neither, and undefined where one is missing or not encoded. */
function loginOf({ username, password }: URL): SmtpServer['login'] | undefined {
  if (!username && !password) return null;
  try {
    const login = { user: decodeURIComponent(username), password: decodeURIComponent(password) };
    return login.user && login.password ? login : undefined;
  } catch {
    return undefined;
  }
}

export interface Sender {
  /** Empty if only an address is shown. */
  name: string;
  address: string;
}

/** Checks `Name <address>` or a bare address, and outputs both parts. Signs that separate addresses are refused. */
export const sender = z.string().transform((text, { addIssue }): Sender => {
  const match = /^(?:("?)([^"<>@,;:\p{Cc}\p{Cs}]*?)\1\s*<([^<>]+)>|([^<>\s]+))$/u.exec(text);
  const address = match?.[3] ?? match?.[4] ?? '';
  if (!match || !/^[\w.+-]{1,64}@(?:[a-z\d-]{1,63}\.)*[a-z\d-]{1,63}$/i.test(address)) {
    addIssue('must be like Latchkey <sign-in@example.org>');
    return z.NEVER;
  }
  return { name: match[2]?.trim() ?? '', address };
});
