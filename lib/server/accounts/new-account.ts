import 'server-only';
import type { RegisterRequest } from '#lib/core/accounts/contract.ts';
import { invalid } from '#lib/core/errors.ts';
import { passwordProblem } from '#lib/core/passwords/rules.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { readableEmail } from '#lib/server/sessions/user.ts';

/** Checks and hashes the password of a new account. Throws `invalid_request` or `temporarily_unavailable`. */
export function hashNewPassword({ env, hasher }: Container, { email, password }: RegisterRequest): Promise<string> {
  const problem = passwordProblem(password, { email: readableEmail(email), minLength: env.PASSWORD_MIN_LENGTH });
  if (problem) throw invalid({ password: [problem] });
  return hasher.hash(password);
}
