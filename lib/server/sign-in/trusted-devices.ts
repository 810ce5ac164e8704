import 'server-only';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { UserRow } from '#db/store/accounts.ts';
import type { TrustedDeviceRow } from '#db/store/second-steps.ts';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import type { Requester } from '#lib/core/requester.ts';
import type { Container } from '#lib/server/runtime/container.ts';

const daySeconds = 24 * 60 * 60;

/** The cookie of a trusted device, which is stored nowhere here, and the seconds for which it is good. */
export interface DeviceCookie {
  secret: string;
  maxAgeSeconds: number;
}

/** A device to be written in the batch of a sign-in, and its cookie. */
export interface NewDevice {
  row: TrustedDeviceRow;
  cookie: DeviceCookie;
}

/** Makes a browser trusted: it is not asked for the second step for `TRUSTED_DEVICE_DAYS`. Returns null where that is off. */
export function newDevice(
  deps: Container,
  user: Pick<UserRow, 'id' | 'epoch'>,
  requester: Requester,
): NewDevice | null {
  const { env, clock } = deps;
  if (env.TRUSTED_DEVICE_DAYS === 0) return null;
  const now = clock();
  const expiresAt = new Date(now.getTime() + env.TRUSTED_DEVICE_DAYS * daySeconds * 1000);
  return madeNew(
    { id: randomUUID(), userId: user.id, createdAt: now, expiresAt },
    { now, epoch: user.epoch, requester },
  );
}

/**
 * Finds the trusted device of a sign-in and its successor, with a new cookie and the same end: a copy of the old one is then
 * worth nothing. Returns null for a cookie that is old, void or of another person.
 */
export async function tradeDevice(
  { store, env, clock }: Container,
  user: Pick<UserRow, 'id' | 'epoch'>,
  { device: cookie, requester }: { device: string | null; requester: Requester },
): Promise<{ device: { hash: string; next: TrustedDeviceRow }; cookie: DeviceCookie } | null> {
  if (cookie === null) return null;
  const now = clock();
  const hash = hashOf(cookie);
  const found = await store.findTrustedDevice(user.id, hash, now);
  if (!found) return null;
  // The operator may have shortened it since.
  const latest = found.createdAt.getTime() + env.TRUSTED_DEVICE_DAYS * daySeconds * 1000;
  if (latest <= now.getTime()) return null;
  const next = madeNew(found, { now, epoch: user.epoch, requester });
  return { device: { hash, next: next.row }, cookie: next.cookie };
}

/** Tells whether the browser sent the cookie of a trusted device of this user. */
export async function hasTrustedDevice({ store, clock }: Container, userId: string, cookie: string | null) {
  return cookie !== null && (await store.findTrustedDevice(userId, hashOf(cookie), clock())) !== null;
}

function madeNew(
  { id, userId, createdAt, expiresAt }: Pick<TrustedDeviceRow, 'id' | 'userId' | 'createdAt' | 'expiresAt'>,
  { now, epoch, requester }: { now: Date; epoch: number; requester: Requester },
): NewDevice {
  const secret = randomBytes(32).toString('base64url');
  const from = { userAgent: requester.userAgent, ip: truncatedAddress(requester.ip) };
  const row = { id, userId, hash: hashOf(secret), userEpoch: epoch, ...from, createdAt, lastUsedAt: now, expiresAt };
  return { row, cookie: { secret, maxAgeSeconds: Math.ceil((expiresAt.getTime() - now.getTime()) / 1000) } };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(`latchkey trusted device|${secret}`).digest('base64url');
}
