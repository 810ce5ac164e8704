/** An authenticator for passkeys, as far as WebAuthn goes: a key of its own, and every knob that no browser turns. */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { CreationOptions, RequestOptions } from '#lib/core/passkeys/contract.ts';

const algorithms = {
  eddsa: { cose: -8, make: () => generateKeyPairSync('ed25519') },
  es256: { cose: -7, make: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
  rs256: { cose: -257, make: () => generateKeyPairSync('rsa', { modulusLength: 2048 }) },
  es384: { cose: -35, make: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
};
export type Algorithm = keyof typeof algorithms;

/** What an authenticator, or whoever forges its answers, says otherwise than it should. */
export interface Lies {
  origin?: string;
  rpId?: string;
  type?: string;
  challenge?: string;
  /** More members of the client data, like `crossOrigin` and `topOrigin`. */
  clientData?: Record<string, unknown>;
  isPresent?: boolean;
  isVerified?: boolean;
  mayBackUp?: boolean;
  isBackedUp?: boolean;
  counter?: number;
  userHandle?: string | null;
  /** Signs in the place of the passkey's own key. */
  key?: KeyObject;
  credentialId?: Buffer;
  format?: string;
  statement?: Map<string, unknown>;
  /** Signs a `packed` statement in the place of the passkey itself, by the key of this certificate. */
  maker?: Maker;
}

/** Whoever made an authenticator: an ECDSA key of P-256, and its certificate in DER. */
export interface Maker {
  key: KeyObject;
  certificate: Uint8Array;
}

export interface MadePasskey {
  algorithm: Algorithm;
  id: Buffer;
  key: KeyObject;
  publicKey: Map<number, unknown>;
  userHandle: string;
  counter: number;
  synced: boolean;
}

const url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

/** Makes a passkey. Returns it, and what a browser sends of it; a synced one counts nothing. */
export function makePasskey(
  options: CreationOptions,
  {
    synced = true,
    algorithm = 'es256',
    origin = 'http://localhost:3000',
    ...lies
  }: Lies & { synced?: boolean; algorithm?: Algorithm } = {},
) {
  const { publicKey: half, privateKey: key } = algorithms[algorithm].make();
  const publicKey = coseOf(half, algorithms[algorithm].cose);
  const id = lies.credentialId ?? randomBytes(32);
  const passkey: MadePasskey = {
    ...{ algorithm, id, key, publicKey, synced },
    userHandle: options.user.id,
    counter: lies.counter ?? 0,
  };
  const clientData = clientDataOf('webauthn.create', options.challenge, { origin, ...lies });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(id.length);
  const attested = Buffer.concat([Buffer.alloc(16), length, id, isoCBOR.encode(publicKey)]);
  const authData = Buffer.concat([authenticatorData(options.rp.id, passkey, lies, 0x40), attested]);
  const statement =
    lies.statement ?? (lies.format === 'packed' ? packed(passkey, authData, clientData, lies.maker) : new Map());
  const object = new Map<string, unknown>([
    ['fmt', lies.format ?? 'none'],
    ['attStmt', statement],
    ['authData', new Uint8Array(authData)],
  ]);
  const credential = {
    ...{ id: url(id), rawId: url(id), type: 'public-key' },
    response: {
      clientDataJSON: url(clientData),
      attestationObject: url(isoCBOR.encode(object as Parameters<typeof isoCBOR.encode>[0])),
      transports: ['internal', 'hybrid'],
    },
    clientExtensionResults: {},
  };
  return { passkey, credential };
}

/** Shows a passkey. Returns what a browser sends of it. */
export function showPasskey(
  passkey: MadePasskey,
  options: RequestOptions,
  { origin = 'http://localhost:3000', ...lies }: Lies = {},
) {
  if (!passkey.synced) passkey.counter += 1;
  const clientData = clientDataOf('webauthn.get', options.challenge, { origin, ...lies });
  const authData = authenticatorData(options.rpId, passkey, lies, 0);
  const { userHandle = passkey.userHandle } = lies;
  return {
    ...{ id: url(lies.credentialId ?? passkey.id), rawId: url(lies.credentialId ?? passkey.id), type: 'public-key' },
    response: {
      clientDataJSON: url(clientData),
      authenticatorData: url(authData),
      signature: url(signed(passkey, authData, clientData, lies.key)),
      ...(userHandle !== null && { userHandle }),
    },
    clientExtensionResults: {},
  };
}

function clientDataOf(type: string, challenge: string, lies: Lies): Buffer {
  const { origin } = lies;
  const told = { type: lies.type ?? type, challenge: lies.challenge ?? challenge, origin, crossOrigin: false };
  return Buffer.from(JSON.stringify({ ...told, ...lies.clientData }));
}

function authenticatorData(rpId: string, { synced, counter }: MadePasskey, lies: Lies, more: number): Buffer {
  const { isPresent = true, isVerified = true, mayBackUp = synced, isBackedUp = mayBackUp } = lies;
  const flags = more | (isPresent ? 1 : 0) | (isVerified ? 4 : 0) | (mayBackUp ? 8 : 0) | (isBackedUp ? 16 : 0);
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags, 0);
  tail.writeUInt32BE(lies.counter ?? counter, 1);
  return Buffer.concat([sha256(lies.rpId ?? rpId), tail]);
}

function signed({ algorithm, key }: MadePasskey, authData: Buffer, clientData: Buffer, other?: KeyObject): Buffer {
  const digest = algorithm === 'eddsa' ? null : algorithm === 'es384' ? 'sha384' : 'sha256';
  return sign(digest, Buffer.concat([authData, sha256(clientData)]), other ?? key);
}

function packed(passkey: MadePasskey, authData: Buffer, clientData: Buffer, maker?: Maker): Map<string, unknown> {
  const sig = new Uint8Array(
    maker
      ? sign('sha256', Buffer.concat([authData, sha256(clientData)]), maker.key)
      : signed(passkey, authData, clientData),
  );
  const statement = new Map<string, unknown>([
    ['alg', maker ? -7 : algorithms[passkey.algorithm].cose],
    ['sig', sig],
  ]);
  return maker ? statement.set('x5c', [maker.certificate]) : statement;
}

/** Writes a public key as COSE has it (RFC 9053). */
function coseOf(key: KeyObject, alg: number): Map<number, number | Uint8Array> {
  const { kty, x, y, n, e, crv } = key.export({ format: 'jwk' });
  const bytes = (text?: string) => new Uint8Array(Buffer.from(text ?? '', 'base64url'));
  const pairs = (...entries: [number, number | Uint8Array][]) => new Map(entries);
  if (kty === 'RSA') return pairs([1, 3], [3, alg], [-1, bytes(n)], [-2, bytes(e)]);
  if (kty === 'OKP') return pairs([1, 1], [3, alg], [-1, 6], [-2, bytes(x)]);
  return pairs([1, 2], [3, alg], [-1, crv === 'P-384' ? 2 : 1], [-2, bytes(x)], [-3, bytes(y)]);
}
