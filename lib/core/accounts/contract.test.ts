import { describe, expect, test } from 'vitest';
import { tokenRequest } from '#lib/core/sign-in/contract.ts';
import { unseenInLine } from '#lib/core/text.ts';
import { registerRequest } from './contract.ts';
import { normalizeEmail } from './email.ts';

const password = 'a few unrelated words';
const emailOf = (email: string) => tokenRequest.safeParse({ email, password }).data?.email ?? null;

describe('an e-mail address', () => {
  test.each([
    ['spaces around it', ' ann@example.org\u00a0', 'ann@example.org'],
    ['invisible characters around it', '\u2066ann@example.org\u200b\u2069', 'ann@example.org'],
    ['capitals', 'Ann@EXAMPLE.org', 'ann@example.org'],
    ['letters that are put together from two', 'zoe\u0308@example.org', 'zo\u00eb@example.org'],
    ['a domain in letters', 'hans@ex\u00e4mple.org', 'hans@xn--exmple-cua.org'],
    ['the same in capitals, put together from two', 'Hans@EXA\u0308MPLE.org', 'hans@xn--exmple-cua.org'],
    ['the same in the letters of DNS', 'hans@XN--exmple-cua.org', 'hans@xn--exmple-cua.org'],
    [
      'letters everywhere',
      'z\u00f6e@\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444',
      'z\u00f6e@xn--e1afmkfd.xn--p1ai',
    ],
    ['wide letters and dots', 'ann@\uff25\uff38ample\u3002org', 'ann@example.org'],
    [
      'a joiner where a script needs it',
      'a@\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com',
      'a@xn--mgba3gch31f060k.com',
    ],
    ['capitals that only fold into one letter', 'J\u030c@example.org', '\u01f0@example.org'],
  ])('is the same account with %s', (_name, typed, expected) => {
    expect(emailOf(typed)).toBe(expected);
    expect(normalizeEmail(expected)).toBe(expected);
  });

  test.each([
    ['fa\u00df.de', 'fass.de'],
    ['\u03b2\u03cc\u03bb\u03bf\u03c2.com', '\u03b2\u03cc\u03bb\u03bf\u03c3.com'],
    ['xn--example-9d.org', 'example.org'],
    ['a\u0131b.org', 'aib.org'],
  ])('at %s is not the one at %s, which is another domain', (one, other) => {
    expect(emailOf(`a@${one}`)).toMatch(/^a@xn--/);
    expect(emailOf(`a@${one}`)).not.toBe(emailOf(`a@${other}`));
  });

  test.each([
    ['a domain that a URL’s parser would read as a number', 'a@0x7f.1'],
    ['the same in wide digits', 'a@\uff11.\uff12.\uff13.\uff14'],
    ['a percent-encoded domain', 'a@ex%61mple.org'],
    ['a port', 'a@ex\u00e4mple.org:80'],
    ['a path', 'a@ex\u00e4mple.org/x'],
    ['a character whose letters hold a slash', 'a@ex\u00e4\u2100.org'],
    ['a dot at the end', 'a@ex\u00e4mple.org.'],
    ['two directions in a label', 'a@\u0627\u0628c.org'],
    ['a joiner that nothing needs', 'a@ex\u00e4m\u200dple.org'],
    ['a label that is too long in ASCII', `a@${'\u00e4'.repeat(58)}.org`],
    ['two @', 'a@b@example.org'],
    ['a full-width @', 'a\uff20example.org'],
    ['a small @', 'a\ufe6bexample.org'],
    ['a full-width @ beside a real one', 'a\uff20b@example.org'],
    ['a small @ beside a real one', 'a\ufe6bb@example.org'],
    ['a null character', 'a\u0000@example.org'],
    ['a line end behind it', 'a@example.org\n'],
    ['a line end and a header', 'a@example.org\r\nBcc: b@example.org'],
    ['a character of no width', 'a\u200b@example.org'],
    ['a change of direction', 'a\u202e@example.org'],
    ['a letter that is blank', 'a\u3164@example.org'],
    ['a lone half of a character', 'a\ud800@example.org'],
    ['no host', 'a@'],
    ['a host without a dot', 'a@localhost'],
    ['two addresses', 'a@example.org,b@example.org'],
    ['a name before it', 'Ann <a@example.org>'],
    ['255 characters', `${'a'.repeat(60)}@${`${'b'.repeat(60)}.`.repeat(3)}example.orgg`],
  ])('with %s is refused', (_name, typed) => {
    expect(emailOf(typed)).toBeNull();
  });
});

test('a name loses what is invisible at both ends, and is told what is wrong inside', () => {
  const parse = (name: string) => registerRequest.safeParse({ email: 'a@example.org', password, name });
  expect(parse('\u200b Ann\u2067 B\u2069\ufeff').data?.name).toBe('Ann\u2067 B');
  expect(parse('\u200b').data?.name).toBe('');
  expect(parse('An\u0007n').error?.issues[0]?.message).toBe(unseenInLine);
});

describe('a password', () => {
  const typed = (text: string) => registerRequest.safeParse({ email: 'a@example.org', password: text }).data?.password;

  test('stays exactly as it was typed', () => {
    for (const text of [
      ' a few unrelated words ',
      'a few words\u200b',
      '\u2069A FEW words',
      '\ta\u00a0b',
      'x'.repeat(5000),
    ])
      expect(typed(text)).toBe(text);
  });

  test('is the same from keyboards that put letters together differently', () => {
    expect(typed('cafe\u0301 au lait')).toBe('caf\u00e9 au lait');
    expect(typed('\ufb01sh')).toBe('\ufb01sh');
  });
});
