/** Writes a code or a key in groups of four letters. */
export function inGroupsOfFour(code: string): string {
  return code.match(/.{1,4}/g)?.join(' ') ?? '';
}
