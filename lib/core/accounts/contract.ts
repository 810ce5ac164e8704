/** Declares the requests and answers of signing up and of reading one's own account. */
import { z } from 'zod';
import { newPasswordErrors, password } from '#lib/core/passwords/contract.ts';
import { routeContract } from '#lib/core/route-contract.ts';
import { api } from '#lib/core/routes.ts';
import { tokenResponse } from '#lib/core/sessions/contract.ts';
import { trimUnseen, unfitForLine, unseenInLine } from '#lib/core/text.ts';
import { email } from './email.ts';
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

export const registerRoute = routeContract({
  path: api.register,
  POST: {
    body: registerRequest,
    alsoWrong: ({ email: typed, password: chosen }, rules) =>
      newPasswordErrors('password', chosen, { ...rules, email: typeof typed === 'string' ? typed : '' }),
    answers: { 201: tokenResponse },
    errors: ['email_taken', 'slow_down'],
  },
});

export const me = user.extend({ created_at: z.string(), session_id: z.string() });
export type Me = z.infer<typeof me>;

export const meRoute = routeContract({ path: api.me, GET: { answers: { 200: me } } });
