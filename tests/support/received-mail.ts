/** Reads a mail as it came over SMTP, as far as our own ones go: one text, or several of which a reader shows one. */

export interface ReceivedMail {
  /** The envelope: who really sends it, and who really gets it. */
  from: string;
  to: string[];
  /** As it came, each byte a character. */
  raw: string;
  /** By name in lower case. */
  headers: ReadonlyMap<string, string>;
  text: string;
  html: string;
}

/** Takes apart what came between DATA and the dot. */
export function readMail(raw: string, envelope: { from: string; to: string[] }): ReceivedMail {
  const { headers, body } = split(raw);
  const [, boundary] = /boundary="?([^";]+)"?/.exec(headers.get('content-type') ?? '') ?? [];
  const parts = boundary === undefined ? [{ headers, body }] : body.split(`--${boundary}`).slice(1, -1).map(split);
  const of = (type: string) => {
    const part = parts.find((one) => one.headers.get('content-type')?.startsWith(type));
    return part ? decode(part.body, part.headers.get('content-transfer-encoding') ?? '7bit') : '';
  };
  return { ...envelope, raw, headers, text: of('text/plain'), html: of('text/html') };
}

/** The secret link in a mail's words. Throws where there is none. */
export function linkIn({ text }: Pick<ReceivedMail, 'text'>): string {
  const [link] = /https?:\/\/\S+#\S+/.exec(text) ?? [];
  if (link === undefined) throw new Error(`There is no link in: ${text}`);
  return link;
}

/** The code in a mail's words, as it is typed. Throws where there is none. */
export function codeIn({ text }: Pick<ReceivedMail, 'text'>): string {
  const [code] = /^\d{4} \d{4}$/m.exec(text) ?? [];
  if (code === undefined) throw new Error(`There is no code in: ${text}`);
  return code.replace(' ', '');
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const [head = '', ...rest] = raw.replace(/^\r\n/, '').split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { headers: new Map(headers), body: rest.join('\r\n\r\n') };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8');
  const bytes =
    encoding === 'quoted-printable'
      ? body
          .replace(/=\r\n/g, '')
          .replace(/=([\dA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
