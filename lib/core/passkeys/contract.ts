/** Declares the requests and answers of asking for a passkey, making one, and keeping one's own. */
import { z } from 'zod';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { trimUnseen, unfitForLine, unseenInLine } from '#lib/core/text.ts';
import { passkeyFields } from './credential.ts';

/** Lists for what a passkey can be shown. A ceremony of one purpose serves no other. */
export const passkeyPurposes = ['sign_in', 'second_step', 'step_up', 'reset', 'undo'] as const;
export type PasskeyPurpose = (typeof passkeyPurposes)[number];

const listed = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
});

/** The options of `navigator.credentials.get`, in their JSON form. */
export const requestOptions = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.literal('required'),
  allowCredentials: z.array(listed).optional(),
});
export type RequestOptions = z.infer<typeof requestOptions>;

const passkeyAsked = z.object({ ceremony: z.string(), options: requestOptions });
export type PasskeyAsked = z.infer<typeof passkeyAsked>;

/** Asks for a passkey. Writes nothing. A step-up takes an access token. */
export const passkeysRequestRoute = routeContract({
  path: api.passkeysRequest,
  POST: {
    body: z.strictObject({ purpose: z.enum(passkeyPurposes, { error: `One of ${passkeyPurposes.join(', ')}.` }) }),
    answers: { 200: passkeyAsked },
    errors: ['not_found', 'unauthorized', 'invalid_token'],
  },
});

/** The options of `navigator.credentials.create`, in their JSON form. */
export const creationOptions = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ alg: z.number(), type: z.literal('public-key') })),
  timeout: z.number(),
  attestation: z.literal('none'),
  excludeCredentials: z.array(listed),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
});
export type CreationOptions = z.infer<typeof creationOptions>;

const creationAsked = z.object({ ceremony: z.string(), options: creationOptions });
export type CreationAsked = z.infer<typeof creationAsked>;

/** Begins to make a passkey. */
export const passkeysCreationRoute = routeContract({
  path: api.passkeysCreation,
  POST: {
    fresh: true,
    answers: { 200: creationAsked },
    errors: ['not_found', 'email_not_verified', 'too_many_passkeys'],
  },
});

const passkeyName = z
  .string({ error: 'Enter a name.' })
  .transform(trimUnseen)
  .pipe(
    z
      .string()
      .max(100, 'At most 100 characters.')
      .refine((line) => !unfitForLine.test(line), unseenInLine),
  );

/** A passkey of one's own. `synced` ones may be on several devices. */
export const passkey = z.object({
  id: z.string(),
  name: z.string(),
  synced: z.boolean(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
});
export type PasskeyInfo = z.infer<typeof passkey>;

export const addPasskeyRequest = z.strictObject({ ...passkeyFields, name: passkeyName.optional() });
export type AddPasskeyRequest = z.infer<typeof addPasskeyRequest>;

export const passkeysRoute = routeContract({
  path: api.passkeys,
  GET: { answers: { 200: z.object({ items: z.array(passkey) }) }, errors: ['not_found'] },
  POST: {
    body: addPasskeyRequest,
    answers: { 201: passkey },
    errors: [
      'invalid_request',
      'not_found',
      'email_not_verified',
      'too_many_passkeys',
      'insufficient_user_authentication',
    ],
  },
});

export const onePasskeyRoute = routeContract({
  path: api.onePasskey,
  PATCH: {
    body: z.strictObject({ name: passkeyName.pipe(z.string().min(1, 'Enter a name.')) }),
    answers: { 200: passkey },
    errors: ['not_found'],
  },
  DELETE: { fresh: true, answers: { 204: null }, errors: ['not_found', 'last_factor', 'last_way_in'] },
});
