/**
 * Compares what two servers with the same rows answer. What each makes by itself may differ, and only in its value: ids,
 * tokens, nonces, and times of the last minute. An id that both know is compared as it is, and a new one of the first
 * server stands for one of the second wherever it comes up again.
 */
import type { Person, World } from '#tests/fuzz/world.ts';
import type { Answer } from './exchange.ts';

export interface Alikeness {
  /** Ids and tokens that both servers have known from the start. */
  known: Set<string>;
  /** New ids of the first server, with those of the second. */
  pairs: Map<string, string>;
}

/** Matches what a server makes by itself. */
const made = new RegExp(
  [
    /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/, // ids
    /eyJ[\w-]+\.[\w-]+\.[\w-]+/, // access tokens
    /Fe26\.2\*[\w.*~-]+/, // page sessions
    /v1\.[\w-]{8}\.[\w.-]+/, // refresh tokens
    /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/, // times
    /\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/, // times
    /(?<="expires_in":)\d+/, // seconds
    /(?<=")[\w-]{21}(?=[vmh]\\*")/, // ids that Next gives to what it renders
    /(?<=nonce[-"=:\\]+)[\w+/=-]{16,}/, // nonces
    /(?<=secret(?:":"|=))[A-Z2-7]{32}/, // secrets of authenticator apps
    /(?<="(?:challenge|ceremony)":")[\w.-]+/, // WebAuthn ceremonies
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

export function likeness(world: World, people: Person[]): Alikeness {
  const facts = ({ tokens, id, sessionId, otherSessionId, facts }: Person) => [
    ...[id, sessionId, otherSessionId],
    ...Object.values(tokens),
    ...Object.values(facts),
  ];
  return { known: new Set([world.ann, world.bob, ...people].flatMap(facts)), pairs: new Map() };
}

/** Lists how answers differ, in words; nothing when they are alike. */
export function differences([ours, nexts]: [Answer[], Answer[]], alike: Alikeness): string[] {
  const [first, second] = [ours, nexts].map((answers) => answers.map(lines));
  if (ours.length !== nexts.length)
    return [`${ours.length} answers, ${nexts.length} by Next`, ...show(first), ...show(second)];
  return (first ?? []).flatMap((all, index) => {
    const others = second?.[index] ?? [];
    if (all.length !== others.length) return [`other headers`, ...show([all]), '— by Next', ...show([others])];
    return all.flatMap((line, at) => {
      const other = others[at] ?? '';
      return isAlike(line, other, alike) ? [] : parting(line, other);
    });
  });
}

/** Shows where two texts part. What servers make by themselves is not shown, unless it is all that differs. */
function parting(one: string, other: string): string[] {
  const [first, second] = [one.replace(made, '…'), other.replace(made, '…')];
  if (first === second) return [`directly: ${one.slice(0, 900)}`, `by Next:  ${other.slice(0, 900)}`];
  let at = 0;
  while (first[at] === second[at]) at++;
  const around = (text: string) => text.slice(Math.max(0, at - 200), at + 400);
  return [`directly: ${around(first)}`, `by Next:  ${around(second)}`];
}

const show = (all: string[][] = []) => all.map((one) => one.join('\n').slice(0, 2000));

/** Matches the picture of a new secret, which is longer or shorter than that of another. */
const qrPath = /(?<="path":")M[^"]+/;

/** Everything of an answer that must be alike. How a page's stream was cut into chunks is a matter of time. */
function lines({ line, headers, chunks, body }: Answer): string[] {
  const isPage = headers.some((one) => /^content-type: text\/(html|x-component)/i.test(one));
  const isFree = isPage || qrPath.test(body);
  return [line, ...headers, `chunks ${isFree ? 'of any length' : chunks}`, body.replace(qrPath, '')];
}

function isAlike(one: string, other: string, { known, pairs }: Alikeness): boolean {
  if (one === other) return true;
  if (one.replace(made, '\0') !== other.replace(made, '\0')) return false;
  const others = other.match(made) ?? [];
  return (one.match(made) ?? []).every((ours, index) => {
    const theirs = others[index] ?? '';
    if (ours === theirs) return true;
    if (kindOf(ours) === 'seconds') return Math.abs(Number(ours) - Number(theirs)) < 60;
    if (known.has(ours) || known.has(theirs) || kindOf(ours) !== kindOf(theirs)) return false;
    if (kindOf(ours) === 'time') return Math.abs(Date.parse(ours) - Date.parse(theirs)) < 60_000;
    if (kindOf(ours) === 'access') return isAlike(claimsOf(ours), claimsOf(theirs), { known, pairs });
    if (!pairs.has(ours)) pairs.set(ours, theirs);
    return pairs.get(ours) === theirs && ours.length === theirs.length;
  });
}

function kindOf(text: string): string {
  if (/^\d+$/.test(text)) return 'seconds';
  if (/GMT$|^\d{4}-\d\d-\d\dT/.test(text)) return 'time';
  if (text.startsWith('eyJ')) return 'access';
  if (text.startsWith('Fe26')) return 'session';
  return text.startsWith('v1.') ? 'refresh' : `letters ${text.length}`;
}

/** Reads what an access token says, but for when it was made. */
function claimsOf(token: string): string {
  const [header = '', payload = ''] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString());
  return header + payload.replace(/"(iat|exp|auth_time)":\d+/g, '"$1":0');
}
