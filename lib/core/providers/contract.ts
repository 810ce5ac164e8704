/** Declares the requests and answers of signing in with another provider. */
import { z } from 'zod';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { presets } from './settings.ts';

/** Lists for what somebody goes to a provider: to sign in, to add it to their account, or to confirm who they are. */
export const intents = ['sign_in', 'link', 'confirm'] as const;
export type Intent = (typeof intents)[number];

const provider = z.object({ id: z.string(), name: z.string(), preset: z.enum(presets).nullable() });
export type ProviderInfo = z.infer<typeof provider>;

/** Lists the providers, in the order of the setting. */
export const providersRoute = routeContract({
  path: api.providers,
  GET: { answers: { 200: z.object({ items: z.array(provider) }) } },
});

export const startRequest = z.strictObject({
  intent: z.enum(intents, { error: `One of ${intents.join(', ')}.` }).default('sign_in'),
  next: z.string().max(2048).optional(),
  remember: z.boolean({ error: 'true or false.' }).optional(),
});
export type StartRequest = z.infer<typeof startRequest>;

/** Begins a sign-in at a provider. Called by `fetch`: the policy for forms would stop the way there. */
export const providerStartRoute = routeContract({
  path: api.providerStart,
  POST: {
    body: startRequest,
    answers: { 200: z.object({ authorization_url: z.string() }) },
    errors: [
      'not_found',
      'unauthorized',
      'invalid_token',
      'insufficient_user_authentication',
      'slow_down',
      'temporarily_unavailable',
    ],
  },
});

/** Lists the errors of a method that reads a form as another site sends it. */
const formErrors = ['invalid_request', 'payload_too_large', 'unsupported_media_type'] as const;

/** Takes the provider's answer, by GET or by a POST from its page, and hands it to our own page in the fragment. */
export const providerCallbackRoute = routeContract({
  path: api.providerCallback,
  GET: { answers: { 303: null }, errors: ['not_found'] },
  POST: { foreign: true, answers: { 303: null }, errors: ['not_found', ...formErrors] },
});

const parameter = z.string().max(4096).optional();
export const completeRequest = z.strictObject({
  state: z.string({ error: 'Start again.' }).max(128),
  code: parameter,
  iss: parameter,
  error: parameter,
});
export type CompleteRequest = z.infer<typeof completeRequest>;

const goOn = { next: z.string() };
export const signedInByProvider = tokenResponse.extend(goOn);
export const linked = z.object({ status: z.literal('linked'), ...goOn });

export const providerCompleteRoute = routeContract({
  path: api.providerComplete,
  POST: {
    body: completeRequest,
    answers: { 200: z.union([signedInByProvider, linked]), 201: signedInByProvider },
    errors: [
      'transaction_over',
      'access_denied',
      'provider_error',
      'email_taken',
      'email_unverified',
      'email_not_verified',
      'sign_up_closed',
      'link_required',
      'identity_taken',
      'too_many',
      'second_step_required',
      'unauthorized',
      'invalid_token',
      'insufficient_user_authentication',
      'slow_down',
      'not_found',
    ],
  },
});

/** Links the identity that met an account of its address, once its owner has signed in to that. */
export const providerLinkRoute = routeContract({
  path: api.providerLink,
  POST: {
    fresh: true,
    body: z.strictObject({ state: z.string({ error: 'Start again.' }).max(128) }),
    answers: { 200: linked },
    errors: ['transaction_over', 'identity_taken', 'too_many', 'email_not_verified', 'not_found'],
  },
});

/** Ends sessions that began with a provider, when it says so (OpenID Connect Back-Channel Logout 1.0). */
export const backchannelLogoutRoute = routeContract({
  path: api.providerLogout,
  POST: { foreign: true, answers: { 200: null }, errors: ['not_found', 'temporarily_unavailable', ...formErrors] },
});
