import 'server-only';
import type { TrustedDevice } from '#db/store/second-factors.ts';
import type { Factors, TrustedDeviceInfo } from '#lib/core/second-factors/contract.ts';
import { toPasskey } from '#lib/server/passkeys/keep.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/** Shows a person all that they have beside their password. */
export async function showFactors({ store, clock }: Container, userId: string): Promise<Factors> {
  const { twoStep, totp, recoveryCodes, trustedDevices } = await store.findFactors(userId, clock());
  return {
    two_step: twoStep,
    totp: totp && {
      created_at: totp.createdAt.toISOString(),
      last_used_at: totp.lastUsedAt?.toISOString() ?? null,
    },
    passkeys: (await store.listPasskeys(userId)).map(toPasskey),
    recovery_codes: recoveryCodes && { left: recoveryCodes.left, created_at: recoveryCodes.createdAt.toISOString() },
    trusted_devices: trustedDevices.map(toDevice),
  };
}

function toDevice({ id, userAgent, ip, createdAt, lastUsedAt, expiresAt }: TrustedDevice): TrustedDeviceInfo {
  return {
    ...{ id, user_agent: userAgent, ip },
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt.toISOString(),
    expires_at: expiresAt.toISOString(),
  };
}
