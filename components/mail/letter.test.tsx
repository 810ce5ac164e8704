import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { noticedEvents } from '#lib/core/mail/kinds.ts';
import type { Letter } from '#lib/core/mail/letter.ts';
import { resetLetter, signUpLetter } from '#lib/core/mail/letters.ts';
import { noticeLetter } from '#lib/core/mail/notices.ts';
import { renderText } from '#lib/core/mail/render.ts';
import { takenLetter } from '#lib/core/mail/taken.ts';
import { LetterWords } from './letter.tsx';

const origin = 'http://localhost:3000';
const site = { origin, takesPasswords: true };
const occasion = { at: new Date('2026-11-28T14:05:00Z'), userAgent: null, ip: '203.0.113.0' };
const letters: [string, Letter][] = [
  ['sign_up_code', signUpLetter('01234567', new Date('2026-11-28T15:05:00Z'))],
  ['sign_up_taken', takenLetter(site, occasion)],
  ['password_reset', resetLetter(`${origin}/reset#a.b`, occasion.at, occasion)],
  ...noticedEvents.map((event): [string, Letter] => [event, noticeLetter(event, site, occasion)]),
];

const htmlOf = (letter: Letter) => renderToStaticMarkup(<LetterWords letter={letter} />);
const wordsOf = (text: string) => text.replace(/:(?=\s|$)/g, '').match(/\S+/g);

test.each(letters)('the page shows the words of the mail %s, and its addresses as links', (_name, letter) => {
  const html = htmlOf(letter);
  expect(wordsOf(html.replace(/<[^>]*>/g, ' '))).toEqual(wordsOf(renderText(letter)));
  for (const address of renderText(letter).match(/http\S+/g) ?? [])
    expect(html).toMatch(new RegExp(`<a href="${address}"[^>]*>${address}</a>`));
});

test('the signs of HTML are text', () => {
  const text = '</p><img src=x onerror="hit()">';
  const html = htmlOf({ subject: text, parts: [{ kind: 'facts', facts: [{ name: text, value: text }] }] });
  expect(html).not.toContain('<img');
  expect(html.split('&lt;img src=x').length).toBe(3);
});
