/** Reads WebAuthn credentials as browsers send them: the JSON forms of WebAuthn level 3, section 5.1.2. */
import { z } from 'zod';

/** Bounds a credential id, in bytes (WebAuthn level 3, section 4). */
const idBytes = 1023;

/** Builds the schema of binary data in base64url, of at most so many bytes. */
const bytes = (most: number) =>
  z
    .string()
    .regex(/^[\w-]+$/)
    .max(Math.ceil((most * 4) / 3));

const common = { id: bytes(idBytes), rawId: bytes(idBytes), type: z.literal('public-key') };

/** A signed answer of an authenticator that has a passkey. */
export const assertion = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes(4096),
    authenticatorData: bytes(4096),
    signature: bytes(4096),
    userHandle: bytes(64).nullish(),
  }),
});
export type Assertion = z.infer<typeof assertion>;

/** An authenticator's answer that has made a passkey. */
export const attestation = z.object({
  ...common,
  response: z.object({
    clientDataJSON: bytes(4096),
    attestationObject: bytes(8192),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,32}$/))
      .max(10)
      .catch([]),
  }),
});
export type Attestation = z.infer<typeof attestation>;

/**
 * Checks the fields of a request that shows a passkey: the ceremony as `passkeys/request` answered it, and what the authenticator
 * said. What is wrong inside is found later, so that each defect gets the same answer.
 */
export const passkeyFields = {
  ceremony: z.string({ error: 'Send the ceremony that was asked for.' }).max(2048, 'This is no ceremony of ours.'),
  credential: z.looseObject({}, { error: 'Send what the passkey answered.' }),
};
export interface ShownPasskey {
  ceremony: string;
  credential: Record<string, unknown>;
}
