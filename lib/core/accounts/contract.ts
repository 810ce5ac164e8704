/** Declares the requests and answers of signing up and of reading one's own account. */
import { z } from 'zod';
import { mailedCode } from '#lib/core/mail/code.ts';
import { newPasswordErrors, password } from '#lib/core/passwords/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { trimUnseen, unfitForLine, unseenInLine } from '#lib/core/text.ts';
import { email } from './email.ts';
import { personExport } from './export.ts';
import { user } from './user.ts';

const personName = z
  .string({ error: 'Enter a name, or leave it out.' })
  .transform((value) => trimUnseen(value).normalize('NFC'))
  .pipe(
    z
      .string()
      .max(100, 'At most 100 characters.')
      .refine((value) => !unfitForLine.test(value), unseenInLine),
  );

export const registerRequest = z.strictObject({
  email,
  password,
  name: personName.nullable().optional(),
  remember: z.boolean({ error: 'true or false.' }).optional(),
});
export type RegisterRequest = z.infer<typeof registerRequest>;

/** A sign-up that waits for the code in a mail. The answer is the same for a free and a taken address. */
export const signUp = z.object({ sign_up_id: z.string(), expires_in: z.number() });
export type SignUp = z.infer<typeof signUp>;

export const registerRoute = routeContract({
  path: api.register,
  POST: {
    byPassword: true,
    body: registerRequest,
    alsoWrong: ({ email: typed, password: chosen }, rules) =>
      newPasswordErrors('password', chosen, { ...rules, email: typeof typed === 'string' ? typed : '' }),
    answers: { 201: tokenResponse, 202: signUp },
    errors: ['email_taken', 'slow_down'],
  },
});

const signUpId = z.string({ error: 'Start again.' }).max(36, 'This is no sign-up of ours.');

export const registerCodeRequest = z.strictObject({ sign_up_id: signUpId, code: mailedCode });
export type RegisterCodeRequest = z.infer<typeof registerCodeRequest>;

/** Makes the account of a sign-up, once its code is typed. Works only in the browser that has the sign-up's cookie. */
export const registerCodeRoute = routeContract({
  path: api.registerCode,
  POST: {
    byPassword: true,
    body: registerCodeRequest,
    answers: { 201: tokenResponse },
    errors: ['invalid_request', 'email_taken', 'slow_down'],
  },
});

/** Mails the code of a sign-up again. */
export const registerResendRoute = routeContract({
  path: api.registerResend,
  POST: {
    byPassword: true,
    body: z.strictObject({ sign_up_id: signUpId }),
    answers: { 202: z.object({}) },
    errors: ['invalid_request', 'slow_down'],
  },
});

export const me = user.extend({
  email_verified: z.boolean(),
  two_step: z.boolean(),
  created_at: z.string(),
  session_id: z.string(),
});
export type Me = z.infer<typeof me>;

/** Tells when an account is deleted, unless its owner signs in before. */
export const closing = z.object({ deletes_at: z.string() });
export type Closing = z.infer<typeof closing>;

/** One's own account. DELETE closes it, or deletes it at once where the settings say so (204). */
export const meRoute = routeContract({
  path: api.me,
  GET: { answers: { 200: me } },
  DELETE: { fresh: true, answers: { 202: closing, 204: null } },
});

/** The file in which a person takes along all that is kept about them. */
export const exportRoute = routeContract({
  path: api.export,
  GET: { fresh: true, answers: { 200: personExport }, errors: ['slow_down'] },
});
