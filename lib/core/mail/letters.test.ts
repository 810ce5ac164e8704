import { describe, expect, test } from 'vitest';
import { operatorAgent } from '#lib/core/requester.ts';
import { noticedEvents } from './kinds.ts';
import type { Letter } from './letter.ts';
import {
  emailAskedLetter,
  emailCodeLetter,
  emailUndoLetter,
  type Occasion,
  resetLetter,
  signUpLetter,
} from './letters.ts';
import { noticeLetter } from './notices.ts';
import { renderText } from './render.ts';
import { emailTakenLetter, takenLetter } from './taken.ts';

const origin = 'https://app.example.org';
const site = { origin, takesPasswords: true };
const withoutPasswords = { origin, takesPasswords: false };
const link = `${origin}/reset#6f1c1c54-6d4f-4f1e-9f53-1c6f8f5e0a11.secret`;
const occasion = {
  at: new Date('2026-11-28T14:05:59Z'),
  userAgent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  ip: '203.0.113.0',
};
const reset = resetLetter(link, new Date('2026-11-28T15:05:00Z'), occasion);
const facts = `When: 28 November 2026, 14:05 UTC
Device: Firefox on Windows
Network: 203.0.113.0`;
const listed = `Everything that happened to your account is listed here:
${origin}/account/activity
`;
const notYou = `If it was not you, set a new password now. That signs every device out, theirs too:
${origin}/forgot`;

test('the mail with a link says what it does, for how long, who asked, and that nothing happens without it', () => {
  expect(reset.subject).toBe('Set a new password');
  expect(
    renderText(reset),
  ).toBe(`Somebody asked to set a new password for your account at Latchkey. If it was you, follow this link.

Set a new password:
${link}

The link works once, until 28 November 2026, 15:05 UTC. Setting a new password signs you out on every device.

${facts}

If it was not you, do nothing. Your password stays as it is, and the link was sent to this address only.
`);
});

test('the mail with a code says what it is for, for how long, and that nobody asks for it', () => {
  const letter = signUpLetter('01234567', new Date('2026-11-28T15:05:00Z'));
  expect(letter.subject).toBe('Your code for Latchkey');
  expect(
    renderText(letter),
  ).toBe(`Somebody is making an account at Latchkey with this address. If it is you, type this code on the page.

0123 4567

The code is good until 28 November 2026, 15:05 UTC. Nobody from Latchkey ever asks you for it.

If it was not you, do nothing. No account is made without the code.
`);
});

test('the mail to whoever has an account already says so, and leads to it', () => {
  const letter = takenLetter(site, occasion);
  expect(letter.subject).toBe('You have an account at Latchkey');
  expect(
    renderText(letter),
  ).toBe(`Somebody wanted to make an account at Latchkey with this address. You have one already. Sign in with it here:
${origin}/login

Set a new password here, if you forgot it:
${origin}/forgot

${facts}

If it was not you, do nothing. Your account stays as it is, and whoever it was is not told that you have one.
`);
});

test('the mail with the code of a change says that nothing changes without it', () => {
  const letter = emailCodeLetter('01234567', new Date('2026-11-28T15:05:00Z'));
  expect(letter.subject).toBe('Confirm this address');
  expect(
    renderText(letter),
  ).toBe(`Somebody wants to use this address for an account at Latchkey. If it is you, type this code on the page.

0123 4567

The code is good until 28 November 2026, 15:05 UTC. Nobody from Latchkey ever asks you for it.

If it was not you, do nothing. Nothing changes without the code.
`);
});

test('the mails to an earlier address lead to the link that takes it back, and nowhere else', () => {
  const masked = 'n…@example.org';
  const mails = [
    emailAskedLetter(masked, site, occasion, true),
    noticeLetter('password_changed', site, occasion, 'kept'),
    noticeLetter('email_changed', site, { ...occasion, detail: masked }, 'kept'),
  ].map(renderText);
  for (const text of mails) {
    expect(text).toContain('take your address back with the link in our mail “Your address was changed”');
    expect(text).not.toContain('http');
  }
  expect(mails[2]).toContain('The email address of your account at Latchkey was changed to n…@example.org.');
});

test('the mail to an address that an account lost says so, and promises no way back', () => {
  const text = renderText(
    noticeLetter('email_change_undone', site, { ...occasion, detail: 'o…@example.org' }, 'former'),
  );
  expect(text).toContain('The email address of your account at Latchkey is o…@example.org again.');
  expect(text).toContain('This address is no longer that of the account.');
  expect(text).not.toContain('http');
});

test('the mail about an address that is kept says until when, and how its owner gets it back', () => {
  for (const write of [takenLetter, emailTakenLetter]) {
    const letter = write(site, { ...occasion, detail: '2026-12-05T14:05:00.000Z' });
    expect(letter.subject).toBe('This address is kept at Latchkey');
    const text = renderText(letter);
    expect(text).toContain('Until 5 December 2026, 14:05 UTC the change can be undone');
    expect(text).toContain('“Your address was changed”');
    expect(text).not.toContain('http');
  }
});

test('the mail about a new device says what is new about it, and what to do', () => {
  const letter = noticeLetter('signed_in', site, occasion);
  expect(letter.subject).toBe('Sign-in from a new device');
  expect(
    renderText(letter),
  ).toBe(`Somebody signed in to your account at Latchkey, with a browser or from a network that was not used for it in the last 90 days. If it was you, there is nothing to do.

${facts}

${notYou}

${listed}`);
});

test('the mail about a changed password says what to do if somebody else changed it', () => {
  const letter = noticeLetter('password_changed', site, occasion);
  expect(letter.subject).toBe('Your password was changed');
  expect(
    renderText(letter),
  ).toBe(`The password of your account at Latchkey was changed. Every other device was signed out.

${facts}

${notYou}

${listed}`);
});

test('the mail about a password set by a link sends whoever did not do that to their mailbox first', () => {
  const letter = noticeLetter('password_reset', site, occasion);
  expect(letter.subject).toBe('Your password was reset');
  expect(
    renderText(letter),
  ).toBe(`A new password was set for your account at Latchkey, with a link made for that. Every device was signed out.

${facts}

If it was not you, first make sure that nobody else can read your mail. Then set a new password:
${origin}/forgot

${listed}`);
});

test('the mail about a copied session says who is signed out, and what to look for', () => {
  const letter = noticeLetter('refresh_reuse', site, occasion);
  expect(letter.subject).toBe('We signed a device out');
  expect(
    renderText(letter),
  ).toBe(`A copy of a session of your account at Latchkey was used. We ended that session: the device that it belongs to is signed out, and whoever has the copy as well.

${facts}

Look on your devices for programs that you don’t know. Then change your password:
${origin}/account/security

${listed}`);
});

test('what an operator did names no device and no network', () => {
  const text = renderText(noticeLetter('password_changed', site, { ...occasion, userAgent: operatorAgent }));
  expect(text).toContain('When: 28 November 2026, 14:05 UTC\nBy: An operator of this app\n');
  expect(text).not.toMatch(/Device:|Network:/);
});

test.each([null, 'unknown'])('a network that is %s is left out, and a browser that says nothing is unknown', (ip) => {
  const text = renderText(noticeLetter('password_changed', site, { ...occasion, userAgent: null, ip }));
  expect(text).toContain('Device: An unknown device\n\n');
  expect(text).not.toContain('Network');
});

describe.each<[string, (asked: Occasion) => Letter]>([
  ['password_reset', (asked) => resetLetter(link, asked.at, asked)],
  ['sign_up_taken', (asked) => takenLetter(site, asked)],
  ['email_taken', (asked) => emailTakenLetter(site, asked)],
  ['email_asked', (asked) => emailAskedLetter('n…@example.org', site, asked)],
  ['email_undo', (asked) => emailUndoLetter(link, asked.at, 'n…@example.org', asked)],
  ...noticedEvents.map((event): [string, (asked: Occasion) => Letter] => [
    event,
    (asked) => noticeLetter(event, site, asked),
  ]),
])('the mail %s', (_name, write) => {
  test('has a subject that a locked phone may show', () => {
    expect(write(occasion).subject).toMatch(/^[A-Z][a-z-]+(?: [a-z-]+)+(?: Latchkey)?$/);
  });

  test('speaks calmly, and repeats nothing that whoever asked has chosen', () => {
    const userAgent = 'Mozilla/5.0 (visit evil.example; Windows) <b>Chrome/1</b>';
    const text = renderText(write({ ...occasion, userAgent }));
    expect(text).toContain('Device: Chrome on Windows');
    expect(text).not.toMatch(/evil|<b>|!|please|sorry|unfortunately/i);
  });
});

describe.each<[string, (asked: Occasion) => Letter]>([
  ['sign_up_taken', (asked) => takenLetter(withoutPasswords, asked)],
  ['email_taken', (asked) => emailTakenLetter(withoutPasswords, asked)],
  ['email_asked', (asked) => emailAskedLetter('n…@example.org', withoutPasswords, asked)],
  ...noticedEvents.map((event): [string, (asked: Occasion) => Letter] => [
    event,
    (asked) => noticeLetter(event, withoutPasswords, asked),
  ]),
])('where passwords sign nobody in, the mail %s', (_name, write) => {
  test('asks nobody to set one, and leads to no page about them', () => {
    const text = renderText(write(occasion));
    expect(text).not.toMatch(/(set|change|ask for) (a new|your|one|a) password|\/(forgot|reset)\b/i);
    expect(text).not.toMatch(/forgot|typed the password|needs the password/);
    expect(text).toContain(`${origin}/`);
  });
});

test('where passwords sign nobody in, the mails say how to keep others out without one', () => {
  const text = renderText(noticeLetter('signed_in', withoutPasswords, occasion));
  expect(
    text,
  ).toContain(`If it was not you, sign in, disconnect on your account page what is not yours, and sign every other device out:
${origin}/account
`);
});

test('the mail about an account that was met promises nothing that only the open page does', () => {
  const text = renderText(noticeLetter('link_refused', site, occasion));
  expect(text).toContain(`If it was you, go back to that page and sign in there, or connect it on your account page:
${origin}/account
`);
});
