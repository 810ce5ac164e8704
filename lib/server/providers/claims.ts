import 'server-only';
import { unfitForLine } from '#lib/core/text.ts';

/** Seconds by which a provider's clock may differ when its tokens are judged. */
export const clockToleranceSeconds = 10;

/** Tells whether a claim names something: text that is not empty, and that every database keeps as it is. */
export function isIdentifier(claim: unknown): claim is string {
  return typeof claim === 'string' && claim !== '' && !unfitForLine.test(claim);
}
