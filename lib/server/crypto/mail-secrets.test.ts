import { describe, expect, test } from 'vitest';
import type { MailLink } from '#db/store/mail-links.ts';
import { linkIdOf, mailSecrets, newLinkNonce } from './mail-secrets.ts';

const [oldSecret, newSecret] = [
  'Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only',
  'h4Tz8WqLx1VnRb6YcM3kPs9JdG2fUa7E-tests-only',
];
type Link = Pick<MailLink, 'id' | 'kind' | 'kid' | 'nonce'>;
const secrets = mailSecrets([oldSecret]);
const link: Link = {
  id: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2',
  kind: 'reset',
  kid: secrets.newestKid,
  nonce: newLinkNonce(),
};
const other = { ...link, id: 'd7c2e5a1-90b6-4a54-8c53-3f4e0b8f4e0e' };
const token = secrets.tokenOf(link) ?? '';
const [id = '', tag = ''] = token.split('.');

/** Changes one letter of a text, to another one that base64url knows. */
function changedAt(text: string, at: number): string {
  const index = at < 0 ? text.length + at : at;
  return `${text.slice(0, index)}${text[index] === 'A' ? 'Q' : 'A'}${text.slice(index + 1)}`;
}

/** Finds a letter of the tag that has a case, and writes it in the other one. */
function inOtherCase(): string {
  const letter = /[a-z]/.exec(tag);
  if (!letter) throw new Error('The tag has no letter.');
  return `${id}.${tag.replace(letter[0], letter[0].toUpperCase())}`;
}

test('a token names its link, and belongs to it', () => {
  expect(token).toMatch(/^[\da-f-]{36}\.[\w-]{43}$/);
  expect(linkIdOf(token)).toBe(link.id);
  expect(secrets.isTokenOf(token, link)).toBe(true);
});

test('a link’s token is the same, byte for byte, each time and in any process', () => {
  expect(secrets.tokenOf(link)).toBe(token);
  expect(mailSecrets([oldSecret]).tokenOf({ ...link, nonce: Uint8Array.from(link.nonce) })).toBe(token);
  expect(mailSecrets([newSecret, oldSecret]).tokenOf(link)).toBe(token);
});

test('no two links have one nonce or one token', () => {
  const nonces = Array.from({ length: 100 }, newLinkNonce);
  expect(nonces.every(({ length }) => length === 32)).toBe(true);
  const tokens = nonces.map((nonce) => secrets.tokenOf({ ...link, nonce }));
  expect(new Set(tokens).size).toBe(100);
});

describe('a token is no token', () => {
  test.each([
    ['of a link of another kind', { ...link, kind: 'operator' as const }],
    ['of another link', other],
    ['of a link with another nonce', { ...link, nonce: newLinkNonce() }],
    ['of a link with no nonce', { ...link, nonce: new Uint8Array() }],
  ])('%s', (_name, row) => {
    expect(secrets.isTokenOf(token, row)).toBe(false);
    expect(secrets.isTokenOf(secrets.tokenOf(row) ?? '', link)).toBe(false);
  });

  test('of this link, where it names another one', () => {
    expect(secrets.isTokenOf(`${other.id}.${tag}`, link)).toBe(false);
    expect(secrets.isTokenOf(`${other.id}.${tag}`, other)).toBe(false);
  });

  test('where kind and id are put together differently', () => {
    const moved = { ...link, id: `|${link.id}` };
    expect(secrets.tokenOf(moved)?.split('.')[1]).not.toBe(tag);
  });

  test.each([
    ['nothing', ''],
    ['its link alone', id],
    ['its link and an empty tag', `${id}.`],
    ['its tag alone', tag],
    ['its tag without a link', `.${tag}`],
    ['cut at its end', token.slice(0, -1)],
    ['cut at its start', token.slice(1)],
    ['lengthened at its end', `${token}A`],
    ['lengthened by padding', `${token}=`],
    ['lengthened by a part', `${token}.${tag}`],
    ['with space behind it', `${token} `],
    ['with a line behind it', `${token}\n`],
    ['with space before it', ` ${token}`],
    ['twice', `${token}${token}`],
    ['with the first letter of its tag changed', `${id}.${changedAt(tag, 0)}`],
    ['with the last letter of its tag changed', `${id}.${changedAt(tag, -1)}`],
    ['with a letter of its tag in the other case', inOtherCase()],
    ['with its link in capitals', `${id.toUpperCase()}.${tag}`],
    ['in capitals', token.toUpperCase()],
    ['with a tag of zeros', `${id}.${'A'.repeat(43)}`],
    ['with letters beside ASCII', `${id}.${'ä'.repeat(43)}`],
  ])('%s', (_name, text) => {
    expect(text).not.toBe(token);
    expect(secrets.isTokenOf(text, link)).toBe(false);
  });

  test.each(['', id, `${id}.`, `.${tag}`, `${token}\n`, `${token} `, `${token}.${tag}`, `${id.toUpperCase()}.${tag}`])(
    '%j names no link',
    (text) => {
      expect(linkIdOf(text)).toBeNull();
    },
  );
});

describe('a key', () => {
  const rotated = mailSecrets([newSecret, oldSecret]);
  const stranger = mailSecrets([newSecret]);

  test('that is still listed passes its links, and new ones have the newest', () => {
    expect(rotated.newestKid).toBe(stranger.newestKid);
    expect(rotated.newestKid).not.toBe(secrets.newestKid);
    expect(rotated.isTokenOf(token, link)).toBe(true);
    expect(mailSecrets([oldSecret, newSecret]).newestKid).toBe(secrets.newestKid);
  });

  test('that is not listed any more voids its links, whatever is sent', () => {
    expect(stranger.tokenOf(link)).toBeNull();
    for (const text of [token, '', `${id}.`]) expect(stranger.isTokenOf(text, link)).toBe(false);
  });

  test('makes another token of the same row', () => {
    const row = { ...link, kid: stranger.newestKid };
    expect(rotated.isTokenOf(token, row)).toBe(false);
    expect(rotated.isTokenOf(stranger.tokenOf(row) ?? '', row)).toBe(true);
    expect(stranger.tokenOf(row)).not.toBe(token);
  });

  test('is needed', () => {
    expect(() => mailSecrets([])).toThrow('AUTH_SECRET is empty.');
  });
});
