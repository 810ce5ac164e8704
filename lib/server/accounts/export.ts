import 'server-only';
import type { UserRow } from '#db/store/accounts.ts';
import type { Cursor } from '#db/store/export.ts';
import type { MailRow } from '#db/store/mails.ts';
import type { PasskeyRow } from '#db/store/passkeys.ts';
import type { IdentityRow } from '#db/store/providers.ts';
import type { FactorsOfUser } from '#db/store/second-factors.ts';
import type { SessionRow } from '#db/store/sessions.ts';
import type { ExportedAccount, ExportedFactor, ExportedMail, ExportedSession } from '#lib/core/accounts/export.ts';
import { bearerError } from '#lib/core/errors.ts';
import type { Requester } from '#lib/core/requester.ts';
import { toActivityEvent } from '#lib/server/activity/list.ts';
import { logSecurityEvent, newSecurityEvent } from '#lib/server/activity/record.ts';
import { limitTries } from '#lib/server/limits/tries.ts';
import { providerOf } from '#lib/server/providers/directory.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { featureExports } from '#lib/server/runtime/exports.ts';
import { inPages } from '#lib/server/runtime/in-pages.ts';
import { toSessionInfo } from '#lib/server/sessions/list.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

interface Asking {
  userId: string;
  /** The session that asks; null where an operator does. */
  sessionId: string | null;
  requester: Requester;
}

/**
 * Returns the file that a person takes along, in pieces, which are read as they are taken. Counts the try first. Throws
 * `slow_down`, and `invalid_token` if the account is gone.
 */
export async function exportPerson(deps: Container, asking: Asking): Promise<AsyncIterable<string>> {
  await limitTries(deps, 'export-user', asking.userId, 'LIMIT_EXPORT_PER_USER');
  const user = await deps.store.findUser(asking.userId);
  if (!user) throw bearerError('ended');
  const { event, pieces } = await writeExport(deps, user, asking);
  logSecurityEvent(deps.log, event);
  return pieces;
}

/** Writes down that the data of a person is taken out, and only then returns them: as JSON, in pieces. */
export async function writeExport(
  deps: Pick<Container, 'store' | 'env' | 'clock'>,
  user: UserRow,
  { sessionId, requester }: Omit<Asking, 'userId'>,
) {
  const about = { userId: user.id, sessionId, requester, now: deps.clock() };
  const event = newSecurityEvent(deps, 'data_exported', about);
  await deps.store.addSecurityEvent(event);
  const factors = await deps.store.findFactors(user.id, about.now);
  const passkeys = await deps.store.listPasskeys(user.id);
  const own = await deps.store.listIdentities(user.id);
  const identities = own.map((one) => ({ ...one, name: providerOf(deps, one.issuer).name }));
  return { event, pieces: jsonPieces(partsOf(deps, user, { ...factors, passkeys, identities })) };
}

type AllFactors = FactorsOfUser & { passkeys: PasskeyRow[]; identities: (IdentityRow & { name: string })[] };

/** Returns the parts of the file by their names. A part that is read in pages is a list. */
function partsOf({ store }: Pick<Container, 'store'>, user: UserRow, factors: AllFactors): Record<string, unknown> {
  const ofFeatures = Object.entries(featureExports).map(([name, read]) => [name, read({ store }, user.id)] as const);
  const sessions = (after: Cursor | null, size: number) => store.listSessionsAfter(user.id, after, size);
  const events = (after: Cursor | null, size: number) => store.listEventsAfter(user.id, after, size);
  const mails = (after: Cursor | null, size: number) => store.listMailsAfter(user.id, after, size);
  return {
    account: toAccount(user),
    ...Object.fromEntries(ofFeatures),
    sessions: inPages(sessions, ({ createdAt, id }) => ({ at: createdAt, id }), toSession),
    activity: inPages(events, cursorOf, toActivityEvent),
    factors: toFactors(factors),
    mails: inPages(mails, cursorOf, toMail),
  };
}

const cursorOf = ({ at, id }: Cursor) => ({ at, id });

function toAccount({ id, email, emailVerifiedAt, name, createdAt, deletesAt }: UserRow): ExportedAccount {
  return {
    ...{ id, email: readableEmail(email), email_verified_at: emailVerifiedAt?.toISOString() ?? null, name },
    ...{ created_at: createdAt.toISOString(), deletes_at: deletesAt?.toISOString() ?? null },
  };
}

function toSession(row: SessionRow): ExportedSession {
  const ended_at = row.endedAt === null ? null : new Date(row.endedAt).toISOString();
  return { ...toSessionInfo(row), ended_at, end_reason: row.endReason };
}

function toFactors({ totp, passkeys, recoveryCodes, trustedDevices, identities }: AllFactors): ExportedFactor[] {
  const used = ({ createdAt, lastUsedAt }: { createdAt: Date; lastUsedAt: Date | null }) => ({
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
  });
  const codes = recoveryCodes && { left: recoveryCodes.left, created_at: recoveryCodes.createdAt.toISOString() };
  return [
    ...(totp ? [{ kind: 'totp' as const, ...used(totp) }] : []),
    ...passkeys.map((passkey) => ({ kind: 'passkey' as const, name: passkey.name, ...used(passkey) })),
    ...(codes ? [{ kind: 'recovery_codes' as const, ...codes }] : []),
    ...trustedDevices.map((device) => ({
      ...{ kind: 'trusted_device' as const, ...used(device) },
      ...{ user_agent: device.userAgent, ip: device.ip },
    })),
    ...identities.map(({ name, email, linkedAt, lastUsedAt }) => ({
      ...{ kind: 'identity' as const, name, email: email === null ? null : readableEmail(email) },
      ...used({ createdAt: linkedAt, lastUsedAt }),
    })),
  ];
}

function toMail({ kind, eventType, at }: MailRow): ExportedMail {
  return { kind, event: eventType, at: at.toISOString() };
}

/** Writes an object as JSON, in pieces. A value that comes in pages is written as one list, page by page. */
async function* jsonPieces(parts: Record<string, unknown>): AsyncGenerator<string> {
  let start = '{';
  for (const [name, value] of Object.entries(parts)) {
    yield `${start}${JSON.stringify(name)}:`;
    start = ',';
    if (isPaged(value)) yield* listPieces(value);
    else yield JSON.stringify(value);
  }
  yield '}';
}

async function* listPieces(pages: AsyncIterable<unknown[]>): AsyncGenerator<string> {
  let start = '[';
  for await (const page of pages) {
    yield start + page.map((item) => JSON.stringify(item)).join(',');
    start = ',';
  }
  yield start === '[' ? '[]' : ']';
}

function isPaged(value: unknown): value is AsyncIterable<unknown[]> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
