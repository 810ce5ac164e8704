import 'server-only';
import { randomBytes } from 'node:crypto';
import { recoveryCodesCount } from '#lib/core/policy.ts';
import { recoveryLetters } from '#lib/core/second-factors/codes.ts';
import { inGroupsOfFour } from '#lib/core/second-factors/groups.ts';
import { recoveryHash } from './proof.ts';

/** A person's new recovery codes: as they are shown, once, and as they are stored. */
export interface RecoveryCodes {
  shown: string[];
  hashes: string[];
}

/** Makes as many recovery codes as a person gets. */
export function makeRecoveryCodes(): RecoveryCodes {
  const codes = Array.from({ length: recoveryCodesCount }, newRecoveryCode);
  return { shown: codes.map(inGroupsOfFour), hashes: codes.map(recoveryHash) };
}

/** Makes one of 120 random bits: a letter for each five. */
function newRecoveryCode(): string {
  const bits = Array.from(randomBytes(15), (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => recoveryLetters[Number.parseInt(five, 2)]).join('');
}
