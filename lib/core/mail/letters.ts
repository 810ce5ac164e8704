/** Writes the mails that people get: their words, apart from their look. */
import { operatorAgent } from '#lib/core/requester.ts';
import { paths } from '#lib/core/routes.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import type { Fact, Letter, Part } from './letter.ts';

/** Describes when something was done or asked for, and by whom, as far as a mail tells. */
export interface Occasion {
  at: Date;
  userAgent: string | null;
  /** A network, never a whole address. */
  ip: string | null;
  /** Holds a masked address, or a time in ISO 8601, where the mail needs one; `MailRow.detail`. */
  detail?: string | null;
}

/** The app that a mail comes from: its origin, and whether people sign in with a password there. */
export interface Site {
  origin: string;
  takesPasswords: boolean;
}

/** Brings the code that confirms a new account's address. Nobody has proved to own that address: it holds nothing typed. */
export function signUpLetter(code: string, until: Date): Letter {
  return {
    subject: 'Your code for Latchkey',
    parts: [
      says('Somebody is making an account at Latchkey with this address. If it is you, type this code on the page.'),
      { kind: 'code', code },
      says(`The code is good until ${inWords(until)}. Nobody from Latchkey ever asks you for it.`),
      says('If it was not you, do nothing. No account is made without the code.'),
    ],
  };
}

/** Tells the holder of an account how to set a new password. `href` is the link that does it, good until `until`. */
export function resetLetter(href: string, until: Date, occasion: Occasion): Letter {
  return {
    subject: 'Set a new password',
    parts: [
      says('Somebody asked to set a new password for your account at Latchkey. If it was you, follow this link.'),
      { kind: 'link', label: 'Set a new password', href },
      says(`The link works once, until ${inWords(until)}. Setting a new password signs you out on every device.`),
      { kind: 'facts', facts: factsOf(occasion) },
      says('If it was not you, do nothing. Your password stays as it is, and the link was sent to this address only.'),
    ],
  };
}

/** Brings the code that confirms the new address of an account. Nobody has proved to own that address: it holds nothing typed. */
export function emailCodeLetter(code: string, until: Date): Letter {
  return {
    subject: 'Confirm this address',
    parts: [
      says('Somebody wants to use this address for an account at Latchkey. If it is you, type this code on the page.'),
      { kind: 'code', code },
      says(`The code is good until ${inWords(until)}. Nobody from Latchkey ever asks you for it.`),
      says('If it was not you, do nothing. Nothing changes without the code.'),
    ],
  };
}

/**
 * Tells the holder of an account that another address was asked for; `masked` is that one, masked. `isFormer` is for an address
 * that was changed before, to which a link can bring the account back.
 */
export function emailAskedLetter(
  masked: string,
  { origin, takesPasswords }: Site,
  occasion: Occasion,
  isFormer = false,
): Letter {
  const stop = takesPasswords
    ? says(
        'If it was not you, set a new password now. That signs every device out, theirs too, and gives up the change:',
        origin + paths.forgot,
      )
    : says(
        `If it was not you, ${secureAccount}. Nobody can finish the change who is not signed in:`,
        origin + paths.account,
      );
  return {
    subject: 'Your address is about to change',
    parts: [
      says(`Somebody who is signed in to your account at Latchkey asked to change its email address to ${masked}.`),
      says(
        'The change is made once the code is typed that we mailed there. If it was you, there is nothing to do here.',
      ),
      { kind: 'facts', facts: factsOf(occasion) },
      isFormer ? says(takeBack) : stop,
    ],
  };
}

/** Brings the link that takes back the address of an account that was changed. `masked` is the new one, masked. */
export function emailUndoLetter(href: string, until: Date, masked: string, occasion: Occasion): Letter {
  return {
    subject: 'Your address was changed',
    parts: [
      says(
        `The email address of your account at Latchkey was changed to ${masked}. If it was you, there is nothing to do.`,
      ),
      { kind: 'facts', facts: factsOf(occasion) },
      says(
        'If it was not you, take your address back with this link. It signs out every device and voids the password:',
      ),
      { kind: 'link', label: 'Take the address back', href },
      says(`The link works until ${inWords(until)}. Until then nobody else can use this address at Latchkey.`),
    ],
  };
}

/** Says what to do to whoever has a link by which a change of address can be undone. */
export const takeBack =
  'If it was not you, take your address back with the link in our mail “Your address was changed”. It signs out every device and voids the password.';

/** Says how to keep others out of an account that has no password; a sentence begins before it. */
export const secureAccount =
  'sign in, disconnect on your account page what is not yours, and sign every other device out';

export const says = (text: string, href?: string): Part => ({
  kind: 'text',
  text,
  ...(href !== undefined && { href }),
});

export function factsOf({ at, userAgent, ip }: Occasion): Fact[] {
  const by = { name: 'By', value: deviceOf(userAgent).name };
  if (userAgent === operatorAgent) return [{ name: 'When', value: inWords(at) }, by];
  const network = ip === null || ip === 'unknown' ? [] : [{ name: 'Network', value: ip }];
  return [{ name: 'When', value: inWords(at) }, { ...by, name: 'Device' }, ...network];
}

/** Writes a time for readers whose time zone nobody knows, as in "28 November 2026, 14:05 UTC". */
export function inWords(time: Date): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat('en-GB', options).format(time).replace(' at ', ', ')} UTC`;
}
