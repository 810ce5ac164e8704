/** The names that a file gives to its tests and their groups: text, then a function. */
function titles(source: string): string[] {
  const calls = source.matchAll(/\(\s*(['"`])((?:\\.|(?!\1)[\s\S])*?)\1,\s*(?:\{[^{}]*\},\s*)?(?:async\b|\()/g);
  return [...calls].map(([, , title = '']) => title.replaceAll("\\'", "'"));
}

/**
 * Whether a file has a test, or a group of them, of this name. `%s`, `$name` and `${name}` stand for a number, or for a case whose
 * words the file has in quotes.
 */
export function isNamed(name: string, source: string): boolean {
  const isCase = (word: string) =>
    /^-?\d+$/.test(word) || [...`'"\``].some((quote) => source.includes(quote + word + quote));
  return titles(source).some((title) => {
    const words = title.split(/%[a-z]|\$\{[^}]*\}|\$\w+/);
    const pattern = words.map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)');
    const cases = new RegExp(`^${pattern}$`).exec(name)?.slice(1);
    return name === title || cases?.every((word) => isCase(word.replace(/^"(.*)"$/, '$1')));
  });
}
