/** What can be said before asking the server; its word is the last. */
export function checkEmail(value: string): string | null {
  const email = value.trim();
  if (email === '') return 'Enter your email address.';
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? null : 'Enter an email address like name@example.org.';
}

export function checkPresent(password: string): string | null {
  return password === '' ? 'Enter your password.' : null;
}

export function checkNewPassword(password: string, minLength: number): string | null {
  return [...password.normalize('NFC')].length < minLength ? atLeast(minLength) : null;
}

export function atLeast(minLength: number): string {
  return `At least ${minLength} characters. A few words work well.`;
}
