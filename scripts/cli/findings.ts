/** The doctor's verdict on one thing that it has checked. */
export interface Finding {
  verdict: 'ok' | 'warn' | 'FAIL';
  text: string;
}

export const ok = (text: string): Finding => ({ verdict: 'ok', text });
export const warn = (text: string): Finding => ({ verdict: 'warn', text });
export const fail = (text: string): Finding => ({ verdict: 'FAIL', text });
/** Makes a finding from a check. `bad` must say what to do about it. */
export const expect = (isGood: boolean, good: string, bad: string): Finding => (isGood ? ok(good) : fail(bad));

/** Limits how far a clock may be off. Beyond that, others may take its tokens for expired or not yet issued. */
const clockToleranceMs = 5000;

/** Compares a clock with this machine's. `time` is in milliseconds since 1970; NaN (unknown) counts as right. */
export function clockFinding(whose: string, time: number): Finding {
  const offBy = Math.abs(time - Date.now());
  return expect(
    !(offBy > clockToleranceMs),
    `${whose} clock agrees with this one`,
    `${whose} clock is ${(offBy / 1000).toFixed(0)} s from this one: set both by NTP`,
  );
}
