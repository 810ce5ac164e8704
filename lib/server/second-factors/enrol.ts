import 'server-only';
import { encode } from 'uqr';
import { bearerError, invalid } from '#lib/core/errors.ts';
import { totpEnrolmentSeconds, totpTries } from '#lib/core/policy.ts';
import type { TotpConfirmed, TotpConfirmRequest, TotpSetup } from '#lib/core/second-factors/contract.ts';
import { authTimeOf, levelOf } from '#lib/core/sessions/authentication.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { requireStrong } from '#lib/server/sessions/fresh.ts';
import { type Issued, issueFirst } from '#lib/server/sessions/issue.ts';
import { succeedSession } from '#lib/server/sessions/succeed.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';
import { type Asking, changeOf, made, readOwn, readOwnFresh, requireVerified } from './changing.ts';
import { makeRecoveryCodes } from './recovery.ts';
import { newTotpSecret, stepOfCode, totpUri, typedSecret } from './totp.ts';

/**
 * Makes the secret of an authenticator app, which waits for its first code for `totpEnrolmentSeconds`. An app in use stays so.
 * Throws `email_not_verified`, or `invalid_token` when the session has ended meanwhile.
 */
export async function startTotp(deps: Container, asking: Asking): Promise<TotpSetup> {
  const { store, clock, sealedSecrets } = deps;
  const row = await readOwnFresh(deps, asking);
  requireVerified(deps, row);
  const now = clock();
  const secret = newTotpSecret();
  const expiresAt = new Date(now.getTime() + totpEnrolmentSeconds * 1000);
  const owner = { userId: row.id, sessionId: asking.access.session.id };
  const enrolment = { ...owner, ...sealedSecrets.seal(row.id, secret), tries: 0, expiresAt };
  if (!(await store.startTotp(enrolment, now))) throw bearerError('ended');
  const uri = totpUri(secret, readableEmail(row.email));
  return { secret: typedSecret(secret), uri, qr: qrOf(uri), expires_in: totpEnrolmentSeconds };
}

/**
 * Puts the app that waits into use, once its code is typed, and turns two-step sign-in on. Counts the code before it is compared.
 * Issues the tokens of a successor that is of level `aal2`, since both factors were shown, and is no fresher than the session. Throws
 * `invalid_request` with field `code` (wrong, or the app waits no longer), `email_not_verified`, or `invalid_token`.
 */
export async function confirmTotp(
  deps: Container,
  asking: Asking,
  { code, end_other_sessions }: TotpConfirmRequest,
): Promise<Issued & { body: TotpConfirmed }> {
  const { store, clock, sealedSecrets } = deps;
  const { user, session } = asking.access;
  const row = await readOwn(deps, asking);
  if (row.twoStep) await requireStrong(deps, session.id);
  requireVerified(deps, row);
  const enrolment = await store.countTotpTry(user.id, session.id, clock());
  const secret = enrolment && sealedSecrets.open(user.id, enrolment);
  if (!enrolment || !secret) throw invalid(isOver);
  const step = stepOfCode(secret, code, clock(), -1);
  if (step === null) throw invalid(enrolment.tries < totpTries ? isWrong : isOver);
  const { recoveryCodes } = await store.findFactors(user.id, clock());
  const codes = recoveryCodes === null ? makeRecoveryCodes() : null;
  const change = changeOf(deps, asking, {
    ...{ row, types: row.twoStep ? ['totp_added'] : ['totp_added', 'two_step_on'] },
    endsOthers: end_other_sessions,
  });
  const recoveryHashes = codes?.hashes ?? null;
  if (!(await store.confirmTotp(change, { enrolment, step, recoveryHashes }))) throw invalid(isOver);
  made(deps, change);
  const issued = await issueSuccessor(deps, asking, {
    credentialVersion: change.shown.credentialVersion + 1,
    epoch: change.shown.epoch + (change.endsOthers ? 1 : 0),
  });
  return { ...issued, body: { ...issued.body, ...(codes && { recovery_codes: codes.shown }) } };
}

const isWrong = { code: ['This is not the code that your app shows now.'] };
const isOver = { code: ['This setup is over. Start it again.'] };

async function issueSuccessor(
  deps: Container,
  { access: { user, session }, requester }: Asking,
  shown: { credentialVersion: number; epoch: number },
): Promise<Issued> {
  const found = await deps.store.findSession(session.id);
  if (!found) throw bearerError('ended');
  const { amr, ...times } = found.session;
  // What was shown before the app is still so: one that began with a passkey has shown no password.
  const shownNow = levelOf(amr) === 'aal2' ? amr : `${amr} otp mfa`.trim();
  const authTime = authTimeOf(times);
  const successor = await succeedSession(deps, session.id, { shown, amr: shownNow, by: { authTime }, requester });
  if (typeof successor === 'string') throw bearerError('ended');
  return issueFirst(deps, successor, user);
}

/** Draws an address as a QR code: one path of dark squares, with the border that scanners need. */
function qrOf(text: string): TotpSetup['qr'] {
  const { size, data } = encode(text, { ecc: 'M', border: 4 });
  const path = data.flatMap((line, y) => line.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return { size, path };
}
