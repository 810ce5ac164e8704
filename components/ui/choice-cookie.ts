import { cookieName } from '#lib/core/sessions/cookies.ts';

const yearSeconds = 365 * 24 * 60 * 60;

/** Remembers for a year, on this device, a choice about how things look or work. Such a cookie says nothing about who somebody is. */
export function keepChoice(name: string, value: string): void {
  const isSecure = location.protocol === 'https:';
  const written = `${cookieName(name, isSecure)}=${value}; Path=/; Max-Age=${yearSeconds}; SameSite=Lax`;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet.
  document.cookie = written + (isSecure ? '; Secure' : '');
}
