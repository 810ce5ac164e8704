import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { sealedSecrets } from './sealed-secrets.ts';

const [old, fresh] = ['a secret of thirty-two characters', 'another one of thirty-three chars'];
const secret = new Uint8Array(randomBytes(20));
const asHex = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes).toString('hex');

test('a secret is opened for its owner, and for nobody else', () => {
  const secrets = sealedSecrets([old]);
  const sealed = secrets.seal('ann', secret);
  expect(asHex(secrets.open('ann', sealed))).toBe(asHex(secret));
  expect(secrets.open('bob', sealed)).toBeNull();
});

test('a secret is not in what is stored, which differs each time', () => {
  const secrets = sealedSecrets([old]);
  const [one, other] = [secrets.seal('ann', secret), secrets.seal('ann', secret)];
  expect(asHex(one.sealed)).not.toContain(asHex(secret));
  expect(asHex(one.sealed)).not.toBe(asHex(other.sealed));
});

test('a changed byte, wherever it is, and a cut are refused', () => {
  const secrets = sealedSecrets([old]);
  const { kid, sealed } = secrets.seal('ann', secret);
  for (let place = 0; place < sealed.length; place += 1) {
    const changed = Uint8Array.from(sealed, (byte, index) => (index === place ? byte ^ 1 : byte));
    expect(secrets.open('ann', { kid, sealed: changed })).toBeNull();
    expect(secrets.open('ann', { kid, sealed: sealed.subarray(0, place) })).toBeNull();
  }
});

test('after a rotation the newest key seals, the old one still opens, and a key that is gone opens nothing', () => {
  const before = sealedSecrets([old]).seal('ann', secret);
  const rotated = sealedSecrets([fresh, old]);
  expect(asHex(rotated.open('ann', before))).toBe(asHex(secret));
  expect(rotated.seal('ann', secret).kid).toBe(rotated.newestKid);
  expect(rotated.newestKid).not.toBe(before.kid);
  expect(sealedSecrets([fresh]).open('ann', before)).toBeNull();
  expect(sealedSecrets([fresh]).open('ann', { ...before, kid: rotated.newestKid })).toBeNull();
});
