/** Declares the requests and answers of setting up, seeing and removing what a person shows beside their password. */
import { z } from 'zod';
import { passkey } from '#lib/core/passkeys/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { appCode } from './codes.ts';

/** An authenticator app that waits for its first code. The picture is a path in a square of `size` units a side. */
export const totpSetup = z.object({
  secret: z.string(),
  uri: z.string(),
  qr: z.object({ size: z.number(), path: z.string() }),
  expires_in: z.number(),
});
export type TotpSetup = z.infer<typeof totpSetup>;

const endOtherSessions = z.literal(true, { error: 'true, or leave it out.' }).optional();

/** Recovery codes as they are shown, once: in the answer that makes them. */
const recoveryCodes = z.array(z.string());

/** Begins to set up an app. One that is in use stays in use until the new one is confirmed. */
export const totpRoute = routeContract({
  path: api.totp,
  POST: { fresh: true, answers: { 200: totpSetup }, errors: ['email_not_verified'] },
  DELETE: { fresh: true, answers: { 204: null }, errors: ['last_factor'] },
});

export const totpConfirmRequest = z.strictObject({ code: appCode, end_other_sessions: endOtherSessions });
export type TotpConfirmRequest = z.infer<typeof totpConfirmRequest>;

/** The tokens of a successor, of level `aal2`, and recovery codes where there were none. */
export const totpConfirmed = tokenResponse.extend({ recovery_codes: recoveryCodes.optional() });
export type TotpConfirmed = z.infer<typeof totpConfirmed>;

/** Puts the app that waits into use, by its first code, and turns two-step sign-in on. */
export const totpConfirmRoute = routeContract({
  path: api.totpConfirm,
  POST: {
    body: totpConfirmRequest,
    answers: { 200: totpConfirmed },
    errors: ['invalid_request', 'email_not_verified'],
  },
});

export const twoStepRequest = z.strictObject({
  enabled: z.boolean({ error: 'true or false.' }),
  end_other_sessions: endOtherSessions,
});
export type TwoStepRequest = z.infer<typeof twoStepRequest>;

export const twoStepState = z.object({ two_step: z.boolean(), recovery_codes: recoveryCodes.optional() });
export type TwoStepState = z.infer<typeof twoStepState>;

/** Turns two-step sign-in on or off. Off also removes the app, recovery codes and trusted devices. */
export const twoStepRoute = routeContract({
  path: api.twoStep,
  PUT: {
    fresh: true,
    body: twoStepRequest,
    answers: { 200: twoStepState },
    errors: ['no_factor', 'email_not_verified'],
  },
});

export const newRecoveryCodes = z.object({ recovery_codes: recoveryCodes });
export type NewRecoveryCodes = z.infer<typeof newRecoveryCodes>;

/** Makes new recovery codes. The old ones are void. */
export const recoveryCodesRoute = routeContract({
  path: api.recoveryCodes,
  POST: { fresh: true, answers: { 200: newRecoveryCodes }, errors: ['no_factor'] },
});

/** A browser that is not asked for the second step until `expires_at`. */
export const trustedDevice = z.object({
  id: z.string(),
  user_agent: z.string().nullable(),
  ip: z.string().nullable(),
  created_at: z.string(),
  last_used_at: z.string(),
  expires_at: z.string(),
});
export type TrustedDeviceInfo = z.infer<typeof trustedDevice>;

/** All that a person shows beside their password. Never a secret. */
export const factors = z.object({
  two_step: z.boolean(),
  totp: z.object({ created_at: z.string(), last_used_at: z.string().nullable() }).nullable(),
  passkeys: z.array(passkey),
  recovery_codes: z.object({ left: z.number(), created_at: z.string() }).nullable(),
  trusted_devices: z.array(trustedDevice),
});
export type Factors = z.infer<typeof factors>;

export const factorsRoute = routeContract({ path: api.factors, GET: { answers: { 200: factors } } });

export const trustedDeviceRoute = routeContract({
  path: api.trustedDevice,
  DELETE: { answers: { 204: null }, errors: ['not_found'] },
});
