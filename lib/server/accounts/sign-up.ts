import 'server-only';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SignUpKey, SignUpRow } from '#db/store/sign-ups.ts';
import type { RegisterCodeRequest, RegisterRequest, SignUp } from '#lib/core/accounts/contract.ts';
import { invalid } from '#lib/core/errors.ts';
import { limitBucket, truncatedAddress } from '#lib/core/limits/address.ts';
import { codeResends, codeTries, signUpSeconds } from '#lib/core/policy.ts';
import type { Requester } from '#lib/core/requester.ts';
import { newLinkNonce } from '#lib/server/crypto/mail-secrets.ts';
import { limitTries, slowDown } from '#lib/server/limits/tries.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { beginSession } from '#lib/server/sessions/begin.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { requireGoodPassword } from './new-account.ts';

/** A sign-up that has begun. `cookie` goes to the browser alone: without it the code is worth nothing. */
export interface BegunSignUp {
  body: SignUp;
  cookie: string;
}

/**
 * Begins a sign-up: mails a code, by which `completeSignUp` makes the account. Looks nobody up, so that the answer and its
 * time are the same for a free and a taken address; the sender writes to the holder of an account that there is one.
 * Throws `invalid_request`, `slow_down` or `temporarily_unavailable`.
 */
export async function beginSignUp(
  deps: Container,
  request: RegisterRequest,
  requester: Requester,
): Promise<BegunSignUp> {
  const { store, outbox, clock, mailSecrets, hasher } = deps;
  await limitTries(deps, 'register-address', limitBucket(requester.ip), 'LIMIT_REGISTER_PER_ADDRESS');
  requireGoodPassword(deps, request);
  await limitMails(deps, request.email, requester);
  const passwordHash = await hasher.hash(request.password);
  const secret = randomBytes(32).toString('base64url');
  const now = clock();
  const signUp: SignUpRow = {
    id: randomUUID(),
    secretHash: hashOf(secret),
    email: request.email,
    name: request.name || null,
    passwordHash,
    persistent: request.remember ?? false,
    kid: mailSecrets.newestKid,
    nonce: newLinkNonce(),
    tries: 0,
    mails: 1,
    mailedAt: now,
    expiresAt: new Date(now.getTime() + signUpSeconds * 1000),
  };
  await store.addSignUp(signUp, mailFor(signUp.email, requester, now));
  outbox.wake();
  return { body: { sign_up_id: signUp.id, expires_in: signUpSeconds }, cookie: `${signUp.id}.${secret}` };
}

/**
 * Makes the account of a sign-up with its address verified, begins its first session and ends the one that the browser came
 * with. Each code is counted before it is compared. Throws `invalid_request` with field `code` (wrong) or `sign_up` (over,
 * by this wrong code too, or not of this browser), `email_taken` once the code was right, or `temporarily_unavailable`.
 */
export async function completeSignUp(
  deps: Container,
  { sign_up_id, code }: RegisterCodeRequest,
  { cookie, refreshToken, requester }: { cookie: string | null; refreshToken: string | null; requester: Requester },
): Promise<Issued> {
  const key = keyOf(sign_up_id, cookie);
  const signUp = key && (await deps.store.countCodeTry(key, deps.clock()));
  if (!signUp) throw invalid(isOver);
  if (!deps.mailSecrets.isCodeOf(code, 'sign_up', signUp)) throw invalid(signUp.tries < codeTries ? isWrong : isOver);
  const { email, name, passwordHash, persistent } = signUp;
  const user = { id: randomUUID(), email, name, passwordHash, createdAt: deps.clock() };
  const session = await beginSession(deps, {
    userId: user.id,
    basis: { kind: 'sign_up', signUpId: signUp.id, user },
    event: 'signed_up',
    persistent,
    requester,
    refreshToken,
  });
  if (!session) throw invalid(isOver);
  return issueFirst(deps, session, user);
}

/** A sign-up, as the browser that has begun it may see it. */
export interface WaitingSignUp {
  id: string;
  email: string;
  expiresAt: Date;
}

/** Returns the sign-up that a browser has begun and may still complete, by its cookie, or null. */
export async function findSignUp(deps: Container, cookie: string | null): Promise<WaitingSignUp | null> {
  const id = (cookie ?? '').split('.', 1)[0] ?? '';
  const key = keyOf(id, cookie);
  const found = key && (await findOwn(deps, key));
  return found && { id, email: readableEmail(found.email), expiresAt: found.expiresAt };
}

/**
 * Mails the code of a sign-up again: the same one, `codeResends.seconds` after the last mail at the earliest, and
 * `codeResends.count` times at most. Throws `invalid_request` with field `sign_up`, `slow_down` or `temporarily_unavailable`.
 */
export async function mailCodeAgain(
  deps: Container,
  signUpId: string,
  { cookie, requester }: { cookie: string | null; requester: Requester },
): Promise<void> {
  const { store, outbox, clock } = deps;
  const key = keyOf(signUpId, cookie);
  const signUp = key && (await findOwn(deps, key));
  if (!key || !signUp) throw invalid(isOver);
  const now = clock();
  const waitSeconds = secondsToResend(signUp, now);
  if (waitSeconds > 0) throw slowDown(waitSeconds);
  await limitMails(deps, signUp.email, requester);
  const mailedBefore = new Date(now.getTime() - codeResends.seconds * 1000);
  const isMailed = await store.mailCodeAgain(key, mailedBefore, mailFor(signUp.email, requester, now));
  // Another tab was quicker.
  if (!isMailed) throw slowDown(codeResends.seconds);
  outbox.wake();
}

const isOver = { sign_up: ['This sign-up is over. Start again.'] };
const isWrong = { code: ['This is not the code in our mail. Take the newest one.'] };

/** Returns the seconds until the code may be mailed again: until the sign-up ends, if it was mailed often enough. */
function secondsToResend({ mails, mailedAt, expiresAt }: SignUpRow, now: Date): number {
  const until = mails > codeResends.count ? expiresAt.getTime() : mailedAt.getTime() + codeResends.seconds * 1000;
  return (until - now.getTime()) / 1000;
}

/** Counts a mail for the address and for who asks. Throws `slow_down`. */
async function limitMails(deps: Container, email: string, { ip }: Requester): Promise<void> {
  await limitTries(deps, 'mail-client', limitBucket(ip), 'LIMIT_MAIL_PER_CLIENT');
  await limitTries(deps, 'mail-sign-up', email, 'LIMIT_MAIL_PER_ADDRESS');
}

function mailFor(recipient: string, { userAgent, ip }: Requester, at: Date) {
  return { id: randomUUID(), kind: 'sign_up_code', recipient, at, userAgent, ip: truncatedAddress(ip) } as const;
}

/** Finds the sign-up of a browser. Returns null if it is over or of another one. */
async function findOwn({ store, clock }: Container, { id, secretHash }: SignUpKey): Promise<SignUpRow | null> {
  const found = await store.findSignUp(id, clock());
  return found?.secretHash === secretHash ? found : null;
}

/** Reads a sign-up's cookie. Returns null unless it is of the sign-up with this id. */
function keyOf(id: string, cookie: string | null): SignUpKey | null {
  const [named, secret, ...more] = (cookie ?? '').split('.');
  return named === id && secret && more.length === 0 ? { id, secretHash: hashOf(secret) } : null;
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
