import 'server-only';
import type { RegisterRequest } from '#lib/core/accounts/contract.ts';
import { invalid } from '#lib/core/errors.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

/** Throws `invalid_request` with field `password` unless the password is good enough for a new account. */
export function requireGoodPassword(
  { env }: Pick<Container, 'env'>,
  { email, password }: Pick<RegisterRequest, 'email' | 'password'>,
): void {
  const problem = passwordProblem(password, { email: readableEmail(email), minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw invalid({ password: [problem] });
}
