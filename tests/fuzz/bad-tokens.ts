/** Tokens that are none: edited, spliced with Bob's, of another kind, or written by somebody who lacks a part of it all. */
import * as fc from 'fast-check';
import { forge } from '#tests/support/forge.ts';
import { origin } from './request.ts';
import { edit } from './strange.ts';
import type { TokenKind, World } from './world.ts';

export const kinds: readonly TokenKind[] = ['access', 'refresh', 'session'];

export interface BadToken {
  what: string;
  /** In the place of Ann's token of `kind`. */
  of(kind: TokenKind, world: World): string;
}

const person = fc.constantFrom<('ann' | 'bob')[]>('ann', 'bob');
const bad = (what: string, of: BadToken['of']): BadToken => ({ what, of });

const edited = edit.map((change) => bad('edited', (kind, { ann }) => change(ann.tokens[kind])));

const spliced = fc.nat(5).map((at) =>
  bad('a part of it Bob’s', (kind, { ann, bob }) => {
    const mark = kind === 'session' ? '*' : '.';
    const [own, his] = [ann.tokens[kind].split(mark), bob.tokens[kind].split(mark)];
    return own.map((part, index) => (index === at % own.length ? his[index] : part)).join(mark);
  }),
);

const misplaced = fc
  .tuple(person, fc.constantFrom(...kinds))
  .map(([who, other]) =>
    bad(`the ${other} token of ${who}`, (kind, world) => (kind === other ? '' : world[who].tokens[other])),
  );

/** Signed with our own key, for one person and the head of the same one's session, it would be a good one. */
const forged = fc
  .record({
    sub: person,
    sid: person,
    gen: fc.constantFrom(0, 1, -1, 7),
    alg: fc.constantFrom('EdDSA', 'none', 'HS256'),
    isOurs: fc.boolean(),
  })
  .filter(({ sub, sid, gen, alg, isOurs }) => !isOurs || alg !== 'EdDSA' || sub !== sid || gen !== 0)
  .map(({ sub, sid, gen, alg, isOurs }) =>
    bad(
      `signed by ${isOurs ? 'us' : 'a stranger'}, ${alg}: ${sub} in ${sid}’s session, generation ${gen}`,
      (_, world) => {
        const now = Math.floor(world.app.clock.now.getTime() / 1000);
        const claims = { iss: origin, aud: origin, client_id: 'web', jti: 'x', iat: now, exp: now + 200, gen };
        const about = { sub: world[sub].id, sid: world[sid].sessionId };
        const header = { alg, kid: 'test-1', typ: 'at+jwt' };
        return forge(header, { ...claims, ...about }, isOurs ? undefined : world.strangersKey);
      },
    ),
  );

const seedless = fc.tuple(person, fc.constantFrom(0, 1, 9)).map(([who, generation]) =>
  bad(`written without the seed for ${who}, generation ${generation}`, (_, world) => {
    const { refreshTokens } = world.app.deps;
    const session = { id: world[who].sessionId, seed: new Uint8Array(32) };
    return refreshTokens.write(session, generation, refreshTokens.newestKid) ?? '';
  }),
);

export const badToken: fc.Arbitrary<BadToken> = fc.oneof(edited, spliced, misplaced, forged, seedless);
