/** What may be asked of a world: requests as clients make them, of tokens they have, had or made up. */
import { randomUUID } from 'node:crypto';
import type { AccessRow } from '#db/store/sessions.ts';
import { AppError } from '#lib/core/errors.ts';
import { newSeed, refreshTokens } from '#lib/server/crypto/refresh-token.ts';
import { changePassword } from '#lib/server/passwords/change.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { checkAccess } from '#lib/server/sessions/access.ts';
import { endAllSessions, logout } from '#lib/server/sessions/end.ts';
import type { Issued } from '#lib/server/sessions/issue.ts';
import { refresh } from '#lib/server/sessions/refresh.ts';
import { signIn } from '#lib/server/sign-in/sign-in.ts';
import { stepUp } from '#lib/server/step-up/step-up.ts';
import type { Result } from './account.ts';
import { keyOf } from './fleet.ts';
import type { Known, Request, World } from './world.ts';

/** Which token: `session` counts back from the newest session, `offset` is added to its newest generation. */
export interface Which {
  session: number;
  offset: number;
}

export type Asked =
  | ({ kind: 'refresh' } & Which)
  | ({ kind: 'use'; of: 'access' | 'page' } & Which)
  | ({ kind: 'sign out'; with: 'token' | 'page session' } & Which)
  | ({ kind: 'sign out everywhere'; isKept: boolean } & Which)
  | ({ kind: 'sign in'; isRight: boolean; isReplacing: boolean } & Which)
  | ({ kind: 'step up'; isRight: boolean } & Which)
  | ({ kind: 'change password'; isRight: boolean } & Which)
  | ({ kind: 'forge'; how: 'seed' | 'key' | 'other session' | 'generation' } & Which)
  | ({ kind: 'misplace'; what: 'access' | 'page' | 'refresh' } & Which);

const requester = { userAgent: 'Test/1.0', ip: null };

/** The request; null where there is no such token. */
export async function request(world: World, asked: Asked): Promise<Request | null> {
  const known = world.sessions.at(-1 - asked.session) ?? world.sessions[0];
  if (!known) return null;
  const generation = Math.max(0, newestOf(known) + asked.offset);
  const deps = await world.instance(0);
  const issued = known.issued.get(generation);
  const token = issued?.cookies.refreshToken ?? madeUp(deps, known, generation);
  if (token === null) return null;
  const { name } = known;
  switch (asked.kind) {
    case 'refresh':
      return {
        op: { kind: 'refresh', session: name, generation, key: keyOf(token) },
        send: async (to) => keep(known, await refresh(to, token, requester)),
      };
    case 'use': {
      if (!issued) return null;
      const text = asked.of === 'access' ? issued.body.access_token : issued.cookies.pageSession;
      return {
        op: { kind: 'use', session: name, generation },
        send: async (to) => (await usedAs(asked.of, to, text))?.kind ?? 'refused',
      };
    }
    case 'sign out': {
      const cookies =
        asked.with === 'token'
          ? { refresh: token, pageSession: null }
          : { refresh: null, pageSession: issued?.cookies.pageSession ?? null };
      if (asked.with === 'page session' && !issued) return null;
      return {
        op: { kind: 'sign out', session: name, key: asked.with === 'token' ? keyOf(token) : null },
        send: (to) => logout(to, cookies, requester).then(() => 'done'),
      };
    }
    case 'sign out everywhere': {
      const owner = { userId: world.user.id, sessionId: known.id };
      return {
        op: { kind: 'sign out everywhere', except: asked.isKept ? name : null },
        send: (to) => endAllSessions(to, owner, { exceptCurrent: asked.isKept, requester }).then(() => 'done'),
      };
    }
    case 'sign in':
      return signInRequest(world, asked.isRight, asked.isReplacing ? { session: name, token } : null);
    case 'step up':
      return issued ? stepUpRequest(world, known, issued, asked.isRight) : null;
    case 'change password':
      return issued ? changeRequest(world, known, issued, asked.isRight) : null;
    case 'forge': {
      const forged = forgery(world, { known, generation, token, how: asked.how, deps });
      if (forged === null) return null;
      return { op: { kind: 'forgery' }, send: async (to) => keep(known, await refresh(to, forged, requester)) };
    }
    case 'misplace':
      return issued ? { op: { kind: 'forgery' }, send: (to) => misplaced(to, issued, asked.what) } : null;
  }
}

/** The first session of the world, and any other. */
export function signInRequest(
  world: World,
  isRight: boolean,
  replaced: { session: string; token: string } | null,
): Request {
  const password = isRight ? world.account.password : 'some other unrelated words';
  const name = randomUUID();
  const replaces = replaced && { session: replaced.session, key: keyOf(replaced.token) };
  const request = { email: world.user.email, password };
  const attempt = { request, requester, refreshToken: replaced?.token ?? null, device: null };
  return {
    op: { kind: 'sign in', name, password, replaces },
    send: (to) =>
      unlessRefused(
        async () => {
          const outcome = await signIn(to, attempt);
          if ('secondStep' in outcome) throw new Error('Nobody here has two-step sign-in on.');
          return outcome.issued;
        },
        (issued) => begin(world, to, name, issued),
      ),
  };
}

/** Checks an access token, as a handler does before it asks for more; then others may come in between. */
async function accessOf(world: World, asking: Known, issued: Issued): Promise<AccessRow | null> {
  const generation = Number(issued.cookies.refreshToken.split('.')[3]);
  let access: AccessRow | null = null;
  const check: Request = {
    op: { kind: 'use', session: asking.name, generation },
    async send(to) {
      const checked = await usedAs('access', to, issued.body.access_token);
      if (checked?.kind === 'granted') access = checked.access;
      return checked?.kind ?? 'refused';
    },
  };
  await world.ask(check, 0);
  return access;
}

async function stepUpRequest(world: World, asking: Known, issued: Issued, isRight: boolean): Promise<Request | null> {
  const granted = await accessOf(world, asking, issued);
  if (!granted) return null;
  const name = randomUUID();
  const password = isRight ? world.account.password : 'some other unrelated words';
  return {
    op: { kind: 'step up', name, asking: asking.name, password, epochSeen: world.account.epoch },
    send: (to) =>
      unlessRefused(
        () => stepUp(to, granted, { body: { password }, requester }),
        (issued) => begin(world, to, name, issued),
      ),
  };
}

async function changeRequest(world: World, asking: Known, issued: Issued, isRight: boolean): Promise<Request | null> {
  const granted = await accessOf(world, asking, issued);
  if (!granted) return null;
  const name = randomUUID();
  const password = isRight ? world.account.password : 'some other unrelated words';
  const next = `a few unrelated words ${name}`;
  return {
    op: { kind: 'change password', name, asking: asking.name, password, next, epochSeen: world.account.epoch },
    send: (to) =>
      unlessRefused(
        () => changePassword(to, granted, { current: password, next, requester }),
        (issued) => begin(world, to, name, issued),
      ),
  };
}

/** Remembers what was answered. Throws when a generation is answered with other bytes than before. */
function keep(known: Known, issued: Issued | null): Result {
  if (!issued) return 'refused';
  const { refreshToken } = issued.cookies;
  const generation = Number(refreshToken.split('.')[3]);
  const before = known.issued.get(generation);
  if (before && before.cookies.refreshToken !== refreshToken)
    throw new Error(`Generation ${generation} has two tokens.`);
  known.issued.set(generation, before ?? issued);
  return { generation, key: keyOf(refreshToken) };
}

async function begin(
  world: World,
  { store, refreshTokens: tokens }: Container,
  name: string,
  issued: Issued,
): Promise<Result> {
  const id = tokens.parse(issued.cookies.refreshToken)?.sessionId ?? '';
  const seed = (await store.findSession(id))?.session.seed ?? newSeed();
  world.sessions.push({ name, id, seed, issued: new Map([[0, issued]]) });
  return 'done';
}

async function unlessRefused(work: () => Promise<Issued>, then: (issued: Issued) => Promise<Result>): Promise<Result> {
  try {
    return await then(await work());
  } catch (error) {
    if (error instanceof AppError) return 'refused';
    throw error;
  }
}

async function usedAs(kind: 'access' | 'page', to: Container, text: string) {
  if (kind === 'page') {
    const page = await to.pageSessions.open(text, to.clock());
    return page && checkAccess(to, page.claims);
  }
  const verified = await to.verifyAccessToken(text, to.clock());
  return verified.kind === 'valid' ? checkAccess(to, verified.claims) : null;
}

function newestOf({ issued }: Known): number {
  return Math.max(...issued.keys());
}

/** Whoever has both key and seed can write any generation; a database that lost writes makes such a token come true. */
function madeUp({ refreshTokens: tokens }: Container, { id, seed }: Known, generation: number): string | null {
  return tokens.write({ id, seed }, generation, tokens.newestKid);
}

function forgery(
  world: World,
  from: {
    known: Known;
    generation: number;
    token: string;
    how: 'seed' | 'key' | 'other session' | 'generation';
    deps: Container;
  },
): string | null {
  const { known, generation, token, how } = from;
  const { refreshTokens: tokens } = from.deps;
  const { id, seed } = known;
  const other = world.sessions.find((one) => one !== known);
  if (how === 'generation') return token.replace(/\.\d+\./, `.${generation + 1}.`);
  if (how === 'seed') return tokens.write({ id, seed: newSeed() }, generation, tokens.newestKid);
  if (how === 'other session')
    return other ? tokens.write({ id, seed: other.seed }, generation, tokens.newestKid) : null;
  const stranger = refreshTokens(['a key that nobody here has ever listed']);
  return stranger.write({ id, seed }, generation, stranger.newestKid);
}

/** Each kind of token in each other's place. */
async function misplaced(
  to: Container,
  { body, cookies }: Issued,
  what: 'access' | 'page' | 'refresh',
): Promise<Result> {
  const text = { access: body.access_token, page: cookies.pageSession, refresh: cookies.refreshToken }[what];
  const taken = [
    what !== 'refresh' && (await refresh(to, text, requester)),
    what !== 'access' && (await usedAs('access', to, text)),
    what !== 'page' && (await usedAs('page', to, text)),
  ];
  if (what !== 'refresh') await logout(to, { refresh: text, pageSession: null }, requester);
  if (what !== 'page') await logout(to, { refresh: null, pageSession: text }, requester);
  return taken.some(Boolean) ? 'granted' : 'refused';
}
