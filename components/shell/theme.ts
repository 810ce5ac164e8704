/** Lists the colours to choose from. The choice is kept in a plain cookie, so that the server renders the right ones. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = 'latchkey-theme';

/** Reads the cookie. Whatever is no theme counts as `system`. */
export function parseTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system';
}
