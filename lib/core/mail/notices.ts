/** Writes the mails that tell people what happened to their account. */
import { knownDeviceSeconds } from '#lib/core/policy.ts';
import { operatorAgent } from '#lib/core/requester.ts';
import { paths } from '#lib/core/routes.ts';
import type { NoticedEvent } from './kinds.ts';
import type { Letter, Part } from './letter.ts';
import { factsOf, inWords, type Occasion, type Site, says, secureAccount, takeBack } from './letters.ts';

/** Says what to do, and on which page. */
interface Advice {
  todo: string;
  where: string;
}

interface Words extends Advice {
  subject: string;
  what: string | ((occasion: Occasion) => string);
  /** Takes the place of advice that is about a password, where nobody signs in with one. */
  withoutPasswords?: Advice;
}

const withoutPasswords = { todo: `If it was not you, ${secureAccount}:`, where: paths.account };
const ifNotYou = {
  todo: 'If it was not you, set a new password now. That signs every device out, theirs too:',
  where: paths.forgot,
  withoutPasswords,
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
    withoutPasswords,
  },
  email_changed: {
    subject: 'Your account has another address',
    what: ({ detail, userAgent }) =>
      `${detail ? `The email address of your account at Latchkey was changed to ${detail}` : 'Your account at Latchkey now has this email address'}. ${userAgent === operatorAgent ? 'Every device' : 'Every other device'} was signed out.`,
    ...ifNotYou,
  },
  email_change_undone: {
    subject: 'Your address is back',
    what: ({ detail }) =>
      `${detail ? `The email address of your account at Latchkey is ${detail} again` : 'Your account at Latchkey has this email address again'}. Every device was signed out, and a password that it had is void.`,
    todo: 'Set a new password with the link in our other mail, or ask for one here:',
    where: paths.forgot,
    withoutPasswords: {
      todo: 'Sign in as before, and disconnect on your account page what is not yours. If your way to sign in was removed with this, ask whoever runs this site for help:',
      where: paths.account,
    },
  },
  second_step_failed: {
    subject: 'Wrong codes for your account',
    what: 'Somebody took the first step of signing in to your account at Latchkey, or used a link that we mailed to you, and then typed wrong codes, five times in an hour. That got them nowhere. If it was you, there is nothing to do.',
    todo: 'If it was not you, make sure that nobody else can read your mail. Then set a new password:',
    where: paths.forgot,
    withoutPasswords: {
      todo: 'If it was not you, make sure that nobody else can read your mail, or use your account at the service that you sign in with. You can disconnect that here:',
      where: paths.account,
    },
  },
  second_step_abandoned: {
    subject: 'Sign-in that was not finished',
    what: 'Somebody took the first step of signing in to your account at Latchkey, with a browser and from a network that were not used for it before, and did not finish the second step. That got them nowhere. If it was you, there is nothing to do.',
    todo: 'If it was not you, somebody knows your password, or uses your account at a service that you sign in with. Change that there, and set a new password here:',
    where: paths.forgot,
    withoutPasswords: {
      todo: 'If it was not you, somebody uses your account at a service that you sign in with. Change its password there. You can disconnect it here:',
      where: paths.account,
    },
  },
  two_step_on: {
    subject: 'Two-step sign-in is on',
    what: 'Signing in to your account at Latchkey now needs a second step.',
    ...ifNotYou,
  },
  two_step_off: {
    subject: 'Two-step sign-in is off',
    what: 'Signing in to your account at Latchkey needs no second step any more.',
    ...ifNotYou,
  },
  totp_added: {
    subject: 'An authenticator app was added',
    what: 'An authenticator app was set up for your account at Latchkey.',
    ...ifNotYou,
  },
  totp_removed: {
    subject: 'The authenticator app was removed',
    what: 'The authenticator app of your account at Latchkey was removed.',
    ...ifNotYou,
  },
  passkey_added: {
    subject: 'Passkey added to your account',
    what: 'A passkey was added to your account at Latchkey. Whoever has it can sign in with it.',
    todo: 'If it was not you, remove it, then set a new password:',
    where: paths.security,
    withoutPasswords: { todo: `If it was not you, remove it. Then ${secureAccount}:`, where: paths.security },
  },
  passkey_removed: {
    subject: 'Passkey removed from your account',
    what: 'A passkey of your account at Latchkey was removed. It signs nobody in any more.',
    ...ifNotYou,
  },
  passkey_refused: {
    subject: 'Passkey refused',
    what: 'A passkey of your account at Latchkey was used in a way that only a copy of it would explain. We let nobody in with it.',
    todo: 'If you used it yourself just now, remove it, and add it again:',
    where: paths.security,
  },
  recovery_code_used: {
    subject: 'Recovery code used',
    what: ({ detail }) =>
      `A recovery code of your account at Latchkey was used${detail ? `; ${detail} are left` : ''}. If it was you, there is nothing to do.`,
    ...ifNotYou,
  },
  recovery_codes_made: {
    subject: 'New recovery codes were made',
    what: 'New recovery codes were made for your account at Latchkey. The old ones are void.',
    ...ifNotYou,
  },
  factors_reset: {
    subject: 'Two-step sign-in was reset',
    what: 'Two-step sign-in of your account at Latchkey was turned off, and its app and recovery codes were removed. Every device was signed out.',
    ...ifNotYou,
  },
  identity_linked: {
    subject: 'Another way to sign in was connected',
    what: 'An account of another service was connected to your account at Latchkey. Whoever has it can sign in with it.',
    todo: 'If it was not you, disconnect it, then set a new password:',
    where: paths.account,
    withoutPasswords,
  },
  identity_unlinked: {
    subject: 'Way to sign in disconnected',
    what: 'An account of another service was disconnected from your account at Latchkey. It signs nobody in any more.',
    ...ifNotYou,
  },
  link_refused: {
    subject: 'Sign-in with another service',
    what: 'Somebody signed in at another service with an account that has your email address, and was not let in to your account at Latchkey. If it was not you, there is nothing to do here. Look at your account at that service.',
    todo: 'If it was you, go back to that page and sign in there, or connect it on your account page:',
    where: paths.account,
  },
  password_added: {
    subject: 'Password added to your account',
    what: 'A password was set for your account at Latchkey, which had none.',
    ...ifNotYou,
  },
  account_closing: {
    subject: 'Your account will be deleted',
    what: ({ detail }) =>
      `Your account at Latchkey and everything in it will be deleted${detail ? ` after ${inWords(new Date(detail))}` : ''}. Every device was signed out.`,
    todo: 'To keep the account, sign in before then. If it was not you who asked, set a new password after that:',
    where: paths.login,
    withoutPasswords: {
      todo: `To keep the account, sign in before then. If it was not you who asked, ${secureAccount}:`,
      where: paths.login,
    },
  },
  account_kept: {
    subject: 'Your account stays',
    what: 'Somebody signed in to your account at Latchkey, so it will not be deleted. If it was you, there is nothing to do.',
    ...ifNotYou,
  },
  account_deleted: {
    subject: 'Your account was deleted',
    what: 'Your account at Latchkey and everything in it was deleted. This is our last mail to you.',
    todo: 'You are welcome to make a new account at any time:',
    where: paths.register,
  },
  refresh_reuse: {
    subject: 'We signed a device out',
    what: 'A copy of a session of your account at Latchkey was used. We ended that session: the device that it belongs to is signed out, and whoever has the copy as well.',
    todo: 'Look on your devices for programs that you don’t know. Then change your password:',
    where: paths.security,
    withoutPasswords: {
      todo: 'Look on your devices for programs that you don’t know. Then sign every other device out:',
      where: paths.sessions,
    },
  },
};

/**
 * Says where a notice goes: to the account's address, to one that was changed and can be taken back by a link, or to one that is
 * the account's no longer.
 */
export type NoticePlace = 'account' | 'kept' | 'former';

/** Tells the holder of an account what happened to it. */
export function noticeLetter(
  event: NoticedEvent,
  { origin, takesPasswords }: Site,
  occasion: Occasion,
  place: NoticePlace = 'account',
): Letter {
  const { subject, what, withoutPasswords, ...advice } = notices[event];
  const { todo, where } = takesPasswords ? advice : (withoutPasswords ?? advice);
  const told = [says(typeof what === 'string' ? what : what(occasion)), factsPart(event, occasion)];
  if (place === 'kept') return { subject, parts: [...told, says(takeBack)] };
  if (place === 'former') return { subject, parts: [...told, says(askOperator)] };
  // An operator may have mistyped it: a stranger must not be told how to set the password.
  const isGiven = event === 'email_changed' && occasion.userAgent === operatorAgent;
  if (isGiven) return { subject, parts: [...told, says(strangeAccount)] };
  const listed = says('Everything that happened to your account is listed here:', origin + paths.activity);
  const isGone = event === 'account_deleted';
  return { subject, parts: [...told, says(todo, origin + where), ...(isGone ? [] : [listed])] };
}

const strangeAccount =
  'If you have no account at Latchkey, do nothing. Whoever runs it for its people gave it this address by mistake.';

const askOperator =
  'This address is no longer that of the account. If you don’t know why, ask whoever runs Latchkey for you.';

function factsPart(event: NoticedEvent, occasion: Occasion): Part {
  const facts = factsOf(occasion);
  // An account whose time has come is deleted by nobody: there is no device to tell of.
  const isByItself = event === 'account_deleted' && occasion.userAgent === null;
  return { kind: 'facts', facts: isByItself ? facts.slice(0, 1) : facts };
}
