import { and, eq, gt } from 'drizzle-orm';
import type { TrustedDeviceRow } from '#db/store/second-steps.ts';
import type { Db, Tables } from './executor.ts';

/**
 * Takes a browser's cookie out of use, in the batch of the sign-in that it spares the second step. A guard: it works once, for
 * this user, and while their epoch is still `epoch`.
 */
export function takeTrustedDevice(
  db: Db,
  { trustedDevices }: Tables,
  { userId, hash, epoch, at }: { userId: string; hash: string; epoch: number; at: Date },
) {
  const isThis = and(eq(trustedDevices.hash, hash), eq(trustedDevices.userId, userId));
  const isGood = and(eq(trustedDevices.userEpoch, epoch), gt(trustedDevices.expiresAt, at));
  return db.delete(trustedDevices).where(and(isThis, isGood)).returning({ id: trustedDevices.id });
}

export function insertTrustedDevice(db: Db, { trustedDevices }: Tables, device: TrustedDeviceRow) {
  return db.insert(trustedDevices).values(device).returning({ id: trustedDevices.id });
}
