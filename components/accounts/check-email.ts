import { trimUnseen, unfitForEmail, unseenInEmail } from '#lib/core/text.ts';

/** Says what is wrong with an email address before the server is asked, which decides. Returns null when nothing is. */
export function checkEmail(value: string): string | null {
  const email = trimUnseen(value);
  if (email === '') return 'Enter your email address.';
  if (unfitForEmail.test(email)) return unseenInEmail;
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? null : 'Enter an email address like name@example.org.';
}
