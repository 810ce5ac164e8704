import { inWords } from '#lib/core/mail/letters.ts';

/**
 * Reads what the sign-in page's parameter `left` says became of an account: `gone`, or the time at which it is deleted. Returns
 * null for any other value, and for a time that has passed: anybody can write a link.
 */
export function readLeft(value: unknown, now: Date): 'gone' | Date | null {
  if (value === 'gone') return 'gone';
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return null;
  const time = new Date(value);
  return time > now ? time : null;
}

/** Tells who has just left when the account goes, and how to keep it. */
export function LeavingNotice({ left }: { left: 'gone' | Date }) {
  return (
    <p role="note" className="mb-6 rounded-md bg-warn-soft px-3 py-2.5 text-sm text-warn">
      {left === 'gone'
        ? 'Your account and everything in it is deleted.'
        : `You are signed out everywhere. Your account is deleted after ${inWords(left)}. To keep it, sign in before then.`}
    </p>
  );
}
