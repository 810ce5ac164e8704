import { sealData, unsealData } from 'iron-session';
import { describe, expect, test } from 'vitest';
import { pageSessionSealer } from './page-session.ts';

const secret = 'p8WqE2xV6nRy0Tz4UaHs7LmCjD9FgB1k-tests-only';
const claims = {
  userId: '6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11',
  sessionId: '0b8f4e0e-3f4e-4c53-8a54-90b6a6a0d7c2',
  generation: 2,
  expiresAt: new Date('2026-11-23T12:05:00Z'),
};
const contents = { token: 'a.b.c', exp: 1_795_435_500, sid: claims.sessionId, gen: 2 };
const seal = pageSessionSealer([secret]);

/** Replaces the parts whose bytes the secret and chance decide by their lengths. */
const shape = (text: string) => text.replace(/[\w-]{16,}/g, (part) => `<${part.length}>`);

describe('a page session', () => {
  test('is one that iron-session opens', async () => {
    const sealed = seal('a.b.c', claims);
    const [, id = ''] = sealed.split('*');
    expect(await unsealData(sealed, { password: { [id]: secret }, ttl: 0 })).toEqual(contents);
  });

  test('has the form of iron-session’s own, part by part', async () => {
    const sealed = seal('a.b.c', claims);
    const [, id = ''] = sealed.split('*');
    expect(shape(sealed)).toBe(shape(await sealData(contents, { password: { [id]: secret }, ttl: 0 })));
  });

  test('is another each time, in each of its random parts', () => {
    const [one, two] = [seal('a.b.c', claims), seal('a.b.c', claims)].map((text) => text.split('*'));
    const equal = one?.flatMap((part, index) => (part === two?.[index] ? [index] : []));
    // The version, the secret's fingerprint, and the end that is not given.
    expect(equal).toEqual([0, 1, 5]);
  });

  test('is made with the first secret, and tells which by its fingerprint', async () => {
    const newest = `${secret}-newer`;
    const sealed = pageSessionSealer([newest, secret])('a.b.c', claims);
    const [, id = ''] = sealed.split('*');
    expect(id).not.toBe(seal('a.b.c', claims).split('*')[1]);
    expect(await unsealData(sealed, { password: { [id]: newest }, ttl: 0 })).toEqual(contents);
    expect(await unsealData(sealed, { password: { [id]: secret }, ttl: 0 })).toEqual({});
  });
});
