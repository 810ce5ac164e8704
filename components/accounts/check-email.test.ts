import { expect, test } from 'vitest';
import { registerRequest } from '#lib/core/accounts/contract.ts';
import { unseenInEmail } from '#lib/core/text.ts';
import { checkEmail } from './check-email.ts';

/** Says what the server says to the same address; null where it takes it. */
const serverSays = (email: string) =>
  registerRequest.safeParse({ email, password: 'a few unrelated words' }).error?.issues[0]?.message ?? null;

test.each([
  ['ann@example.org', null],
  ['\u200bann@example.org\u2069', null],
  ['\u00a0ann@example.org\ufeff', null],
  ['', 'Enter your email address.'],
  ['\u200b', 'Enter your email address.'],
  ['ann', 'Enter an email address like name@example.org.'],
  ['ann smith@example.org', 'Enter an email address like name@example.org.'],
  ['ann\u200b@example.org', unseenInEmail],
  ['ann@\u202eexample.org', unseenInEmail],
  ['a\u00adnn@example.org', unseenInEmail],
  ['a\u3164nn@example.org', unseenInEmail],
  ['a\u0000nn@example.org', unseenInEmail],
])('the address %j is checked before the server is asked, in the server’s words', (email, words) => {
  expect(checkEmail(email)).toBe(words);
  if (words !== 'Enter your email address.') expect(serverSays(email)).toBe(words);
});
