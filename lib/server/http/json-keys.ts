import 'server-only';

const lexeme = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/g;

/**
 * Finds what JSON.parse silently accepts: a key that one object has twice, and the key `__proto__`. Expects valid JSON.
 * Returns the problem as a text for people, or null.
 */
export function problemInJsonKeys(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [part] of text.matchAll(lexeme)) {
    if (part === '{') open.push(new Set());
    else if (part === '[') open.push(null);
    else if (part === '}' || part === ']') open.pop();
    else if (part === ':') {
      const key = String(JSON.parse(last));
      const keys = open.at(-1);
      if (key === '__proto__') return 'A key is not allowed.';
      if (keys?.has(key)) return 'A key comes twice.';
      keys?.add(key);
    }
    last = part;
  }
  return null;
}
