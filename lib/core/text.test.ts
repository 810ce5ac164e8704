import { describe, expect, test } from 'vitest';
import { trimUnseen } from './text.ts';

describe('both ends of a line', () => {
  test.each([
    ['spaces of every kind', ' \t\n\u00a0\u2003\u3000', '\u2028\u202f\r\n '],
    ['characters of no width', '\u200b\ufeff\u2060', '\u200b\u200c\u200d\ufeff'],
    ['what turns the direction', '\u202e\u2066\u200f', '\u2069\u202c\u061c'],
    ['what a word processor leaves', '\u00ad', '\u00ad\u034f'],
    ['letters that are blank', '\u3164\uffa0\u115f', '\u1160\u17b4\u2800'],
    ['notes to a text', '\ufff9', '\ufffb'],
  ])('lose %s', (_name, before, after) => {
    expect(trimUnseen(`${before}Ann Ă${after}`)).toBe('Ann Ă');
    expect(trimUnseen(before + after)).toBe('');
  });

  test.each([
    ['the style of an emoji', 'Buy \u2764\ufe0f'],
    ['a family and a flag', '👩\u200d👩\u200d👧 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    ['how a letter is joined', '\u0661\u0664 \u0647\u200d'],
    ['a letter of Malayalam', '\u0d2e\u0d28\u0d4d\u200d'],
    ['what stands inside', 'a\u200b \u2067\u05d0\u2069 b'],
  ])('keep %s', (_name, text) => {
    expect(trimUnseen(text)).toBe(text);
    expect(trimUnseen(`\u200b${text}\u2069`)).toBe(text);
  });

  test('lose what would change the look of a character where there is none', () => {
    expect(trimUnseen('\ufe0f\u{e0100}')).toBe('');
  });

  test('are found at once, however much stands before them', () => {
    const text = `${'\u200b'.repeat(100_000)}a${'\u200b'.repeat(100_000)}b`;
    const start = performance.now();
    expect(trimUnseen(text)).toHaveLength(100_002);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
