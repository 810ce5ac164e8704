/** What the doctor says of one thing. */
export interface Finding {
  verdict: 'ok' | 'warn' | 'FAIL';
  text: string;
}

export const ok = (text: string): Finding => ({ verdict: 'ok', text });
export const warn = (text: string): Finding => ({ verdict: 'warn', text });
export const fail = (text: string): Finding => ({ verdict: 'FAIL', text });
/** `bad` says what to do about it. */
export const expect = (isGood: boolean, good: string, bad: string): Finding => (isGood ? ok(good) : fail(bad));
