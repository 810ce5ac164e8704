import { trimUnseen, unfitForEmail, unseenInEmail } from '#lib/core/text.ts';

/** Says what is wrong with an email address before the server is asked, which decides. Returns null when nothing is. */
export function checkEmail(value: string): string | null {
  const email = trimUnseen(value);
  if (email === '') return 'Enter your email address.';
  // Some scripts need joiners in a domain: the server knows where.
  if (unfitForEmail.test(email.replace(/[\u200C\u200D](?=[^@]*$)/gu, ''))) return unseenInEmail;
  return /^[^\s@]+@[^\s@]+[.\u3002\uFF0E\uFF61][^\s@]+$/.test(email)
    ? null
    : 'Enter an email address like name@example.org.';
}
