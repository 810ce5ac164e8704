/** The reader's choice of colours, kept in a plain cookie so that the server renders the right one. */
export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

export const themeCookie = 'latchkey-theme';

/** Whatever is not one of the three counts as `system`. */
export function parseTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system';
}
