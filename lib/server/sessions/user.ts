/** Shows users to people: in answers, and on pages. */
import 'server-only';
import { domainToUnicode } from 'node:url';
import type { UserRow } from '#db/store/accounts.ts';
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import type { User } from '#lib/core/accounts/user.ts';

/** Returns the public part of a user's account. */
export function toUser({ id, email, name }: Pick<UserRow, 'id' | 'email' | 'name'>): User {
  return { id, email: readableEmail(email), name };
}

/** Returns a normalized address with its domain in letters, for `xn--…`. Letters that would lead to another account stay away. */
export function readableEmail(email: string): string {
  if (!email.includes('xn--')) return email;
  const domainAt = email.lastIndexOf('@') + 1;
  const readable = email.slice(0, domainAt) + domainToUnicode(email.slice(domainAt));
  return normalizeEmail(readable) === email ? readable : email;
}
