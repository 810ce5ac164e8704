import { describe, expect, test } from 'vitest';
import { noticedEvents } from './kinds.ts';
import type { Letter } from './letter.ts';
import { resetLetter, signUpLetter } from './letters.ts';
import { noticeLetter } from './notices.ts';
import { renderHtml, renderText } from './render.ts';
import { takenLetter } from './taken.ts';

const origin = 'https://app.example.org';
const site = { origin, takesPasswords: true };
const link = `${origin}/reset#6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11.${'a'.repeat(43)}`;
const occasion = {
  at: new Date('2026-11-28T14:05:00Z'),
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  ip: '203.0.113.0',
};
const letters: [string, Letter][] = [
  ['sign_up_code', signUpLetter('01234567', new Date('2026-11-28T15:05:00Z'))],
  ['sign_up_taken', takenLetter(site, occasion)],
  ['password_reset', resetLetter(link, new Date('2026-11-28T15:05:00Z'), occasion)],
  ...noticedEvents.map((event): [string, Letter] => [event, noticeLetter(event, site, occasion)]),
];

/** A letter with each kind of part, in which every text and address is `text`. */
const letterOf = (text: string): Letter => ({
  subject: text,
  parts: [
    { kind: 'text', text },
    { kind: 'text', text, href: text },
    { kind: 'link', label: text, href: text },
    { kind: 'facts', facts: [{ name: text, value: text }] },
  ],
});

const count = (text: string, sign: string) => text.split(sign).length - 1;
/** The words, without the colons that lead up to what comes next. */
const wordsOf = (text: string) => text.replace(/:(?=\s|$)/g, '').match(/\S+/g);

describe.each(letters)('the mail %s', (name, letter) => {
  const html = renderHtml(letter);

  test('says the same words in plain text and in HTML', () => {
    const [, body = ''] = html.split(/<body[^>]*>/);
    const read = body.replace(/<[^>]*>/g, ' ').replaceAll('&#39;', "'");
    expect(wordsOf(read)).toEqual(wordsOf(renderText(letter)));
    expect(wordsOf(read)?.length).toBeGreaterThan(30);
    expect(html).toContain(`<title>${letter.subject}</title>`);
  });

  test('leads nowhere but to its own addresses, each of which stands on a line of its own', () => {
    const addresses = letter.parts.flatMap((part) => ('href' in part && part.href !== undefined ? [part.href] : []));
    expect(addresses.length > 0).toBe(name !== 'sign_up_code');
    const lines = renderText(letter).split('\n');
    expect(lines.filter((line) => line.includes('http'))).toEqual(addresses);
    expect(new Set(html.match(/http[^"<\s]*/g))).toEqual(new Set(addresses));
    expect([...html.matchAll(/ href="([^"]*)"/g)].every(([, href = '']) => addresses.includes(href))).toBe(true);
  });

  test('loads nothing and runs nothing', () => {
    expect(html).not.toMatch(
      /<(?:img|script|link|iframe|object|svg|form|base|video)|url\(|@import|srcset|src=| on\w+=/i,
    );
    expect(html).not.toMatch(/cid:|data:|javascript:/i);
  });
});

test('plain text is paragraphs, facts by name and value, and lines as long as they are', () => {
  const text = renderText({
    subject: 'Not in the text',
    parts: [
      {
        kind: 'text',
        text: 'A sentence that is longer than eighty characters stays on one line, whatever its length is.',
      },
      { kind: 'link', label: 'Do it', href: 'https://a.example/b#c' },
      { kind: 'facts', facts: ['When', 'Device'].map((name) => ({ name, value: 'x' })) },
      { kind: 'text', text: 'More is here:', href: 'https://a.example/d' },
    ],
  });
  expect(text).toBe(`A sentence that is longer than eighty characters stays on one line, whatever its length is.

Do it:
https://a.example/b#c

When: x
Device: x

More is here:
https://a.example/d
`);
});

test('in HTML the signs of HTML are text, wherever they stand', () => {
  const plain = renderHtml(letterOf('x'));
  const html = renderHtml(letterOf(`</td></title><img src=x onerror="hit()"> & ' &amp; "`));
  for (const sign of ['<', '>', '"', "'"]) expect([sign, count(html, sign)]).toEqual([sign, count(plain, sign)]);
  expect(html.match(/&(?!(?:amp|lt|gt|quot|#39);)/)).toBeNull();
  expect(html).toContain(
    '&lt;/td&gt;&lt;/title&gt;&lt;img src=x onerror=&quot;hit()&quot;&gt; &amp; &#39; &amp;amp; &quot;',
  );
});

test('it is a whole document, with a dark theme for programs that know one', () => {
  const html = renderHtml(letterOf('x'));
  expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">[\s\S]*<\/html>\n$/);
  expect(html).toContain('<meta name="color-scheme" content="light dark">');
  expect(html).toContain('@media (prefers-color-scheme:dark)');
  const named = new Set([...html.matchAll(/ class="([\w-]+)"/g)].map(([, name]) => name));
  for (const name of named) expect(html).toContain(`.${name}{`);
});
