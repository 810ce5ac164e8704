/** Says what is wrong with an email address before the server is asked, which decides. Returns null when nothing is. */
export function checkEmail(value: string): string | null {
  const email = value.trim();
  if (email === '') return 'Enter your email address.';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? null : 'Enter an email address like name@example.org.';
}

/** Says that a password is missing, or returns null. */
export function checkPresent(password: string): string | null {
  return password === '' ? 'Enter your password.' : null;
}

/** Says what is wrong with a new password before the server is asked, which knows more rules. Returns null when nothing is. */
export function checkNewPassword(password: string, minLength: number): string | null {
  return [...password.normalize('NFC')].length < minLength ? atLeast(minLength) : null;
}

/** Says how long a password has to be, in characters. */
export function atLeast(minLength: number): string {
  return `At least ${minLength} characters. A few words work well.`;
}
