/** Says what is wrong with an email address before the server is asked, which decides. Returns null when nothing is. */
export function checkEmail(value: string): string | null {
  const email = value.trim();
  if (email === '') return 'Enter your email address.';
  return /^[^\s@]+@[^\s@]+[.\u3002\uFF0E\uFF61][^\s@]+$/.test(email)
    ? null
    : 'Enter an email address like name@example.org.';
}
