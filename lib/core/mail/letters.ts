/** Writes the mails that people get: their words, apart from their look. */
import { knownDeviceSeconds } from '#lib/core/policy.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import { paths } from '#lib/core/routes.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import type { NoticedEvent } from './kinds.ts';
import type { Fact, Letter, Part } from './letter.ts';

/** Describes when something was done or asked for, and by whom, as far as a mail tells. */
export interface Occasion {
  at: Date;
  userAgent: string | null;
  /** A network, never a whole address. */
  ip: string | null;
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

/** Tells the holder of an account that somebody tried to make another with the same address. `origin` is the app's own. */
export function takenLetter(origin: string, occasion: Occasion): Letter {
  return {
    subject: 'You have an account at Latchkey',
    parts: [
      says(
        'Somebody wanted to make an account at Latchkey with this address. You have one already. Sign in with it here:',
        origin + paths.login,
      ),
      says('Set a new password here, if you forgot it:', origin + paths.forgot),
      { kind: 'facts', facts: factsOf(occasion) },
      says(
        'If it was not you, do nothing. Your account stays as it is, and whoever it was is not told that you have one.',
      ),
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

interface Words {
  subject: string;
  what: string;
  todo: string;
  /** Path of the page where it is done. */
  where: string;
}

const ifNotYou = {
  todo: 'If it was not you, set a new password now. That signs every device out, theirs too:',
  where: paths.forgot,
};
const knownDays = knownDeviceSeconds / (24 * 60 * 60);

const notices: Record<NoticedEvent, Words> = {
  signed_in: {
    subject: 'Sign-in from a new device',
    what: `Somebody signed in to your account at Latchkey, with a browser or from a network that was not used for it in the last ${knownDays} days. If it was you, there is nothing to do.`,
    ...ifNotYou,
  },
  password_changed: {
    subject: 'Your password was changed',
    what: 'The password of your account at Latchkey was changed. Every other device was signed out.',
    ...ifNotYou,
  },
  password_reset: {
    subject: 'Your password was reset',
    what: 'A new password was set for your account at Latchkey, with a link made for that. Every device was signed out.',
    todo: 'If it was not you, first make sure that nobody else can read your mail. Then set a new password:',
    where: paths.forgot,
  },
  refresh_reuse: {
    subject: 'We signed a device out',
    what: 'A copy of a session of your account at Latchkey was used. We ended that session: the device that it belongs to is signed out, and whoever has the copy as well.',
    todo: 'Look on your devices for programs that you don’t know. Then change your password:',
    where: paths.account,
  },
};

/** Tells the holder of an account what happened to it. `origin` is the app's own. */
export function noticeLetter(event: NoticedEvent, origin: string, occasion: Occasion): Letter {
  const { subject, what, todo, where } = notices[event];
  return {
    subject,
    parts: [
      says(what),
      { kind: 'facts', facts: factsOf(occasion) },
      says(todo, origin + where),
      says('Everything that happened to your account is listed here:', origin + paths.activity),
    ],
  };
}

const says = (text: string, href?: string): Part => ({ kind: 'text', text, ...(href !== undefined && { href }) });

function factsOf({ at, userAgent, ip }: Occasion): Fact[] {
  const by = { name: 'By', value: deviceOf(userAgent).name };
  if (userAgent === operatorAgent) return [{ name: 'When', value: inWords(at) }, by];
  const network = ip === null || ip === 'unknown' ? [] : [{ name: 'Network', value: ip }];
  return [{ name: 'When', value: inWords(at) }, { ...by, name: 'Device' }, ...network];
}

/** Writes a time for readers whose time zone nobody knows, as in "28 November 2026, 14:05 UTC". */
function inWords(time: Date): string {
  const options = { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat('en-GB', options).format(time).replace(' at ', ', ')} UTC`;
}
