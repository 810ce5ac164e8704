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
