/** Access tokens as an attacker, or another app, would make them: any header, any claims, any key. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { base64url } from 'jose';
import { parseServerSettings } from '#lib/core/settings.ts';
import { testEnvironment } from './environment.ts';

const parsed = parseServerSettings(testEnvironment());
if (!parsed.ok) throw new Error(parsed.problems.join('; '));
const [own] = parsed.settings.ACCESS_TOKEN_KEYS;

/** The key that servers under test sign with. */
export const ownKey = createPrivateKey({ key: { ...own }, format: 'jwk' });

export function forge(header: object, claims: object, key: KeyObject = ownKey): string {
  const signed = `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(claims))}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}
