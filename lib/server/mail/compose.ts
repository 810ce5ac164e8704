import 'server-only';
import type { MailRow } from '#db/store/mails.ts';
import { isNoticed } from '#lib/core/mail/kinds.ts';
import type { Letter } from '#lib/core/mail/letter.ts';
import {
  emailAskedLetter,
  emailCodeLetter,
  emailUndoLetter,
  resetLetter,
  signUpLetter,
} from '#lib/core/mail/letters.ts';
import { type NoticePlace, noticeLetter } from '#lib/core/mail/notices.ts';
import { emailTakenLetter, takenLetter } from '#lib/core/mail/taken.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { addressOf } from './links.ts';

type Deps = Pick<Container, 'store' | 'env' | 'clock' | 'mailSecrets'>;

/**
 * Writes what a mail says: the same words each time. Returns null if its link or code is void by now, or if nobody has
 * looked yet whose it is.
 */
export async function compose(deps: Deps, mail: MailRow): Promise<Letter | null> {
  const site = { origin: deps.env.APP_URL, takesPasswords: deps.env.PASSWORD_SIGN_IN === 'on' };
  switch (mail.kind) {
    case 'sign_up_code':
      return signUpCode(deps, mail);
    case 'sign_up_taken':
      return takenLetter(site, mail);
    case 'email_code':
      return emailCode(deps, mail);
    case 'email_taken':
      return emailTakenLetter(site, mail);
    case 'email_asked':
      return emailAskedLetter(mail.detail ?? '', site, mail, mail.linkId !== null);
    case 'password_reset':
    case 'email_undo':
      return withLink(deps, mail);
    case 'notice': {
      const { eventType } = mail;
      if (eventType === null || !isNoticed(eventType)) return null;
      return noticeLetter(eventType, site, mail, await placeOf(deps, mail));
    }
  }
}

/** Returns what the address of a notice is to the account by now: one may be kept no longer. */
async function placeOf({ store, clock }: Deps, { eventType, linkId, detail }: MailRow): Promise<NoticePlace> {
  if (linkId !== null) return (await store.findMailLink(linkId, clock())) ? 'kept' : 'former';
  const isOfAddress = eventType === 'email_changed' || eventType === 'email_change_undone';
  return isOfAddress && detail !== null ? 'former' : 'account';
}

async function signUpCode(
  { store, clock, mailSecrets }: Deps,
  { signUpId, attempts }: MailRow,
): Promise<Letter | null> {
  // The first try finds out whether the address has an account, and so whether the mail may hold the code.
  const signUp = signUpId === null || attempts === 0 ? null : await store.findSignUp(signUpId, clock());
  const code = signUp && mailSecrets.codeOf('sign_up', signUp);
  return signUp && code !== null ? signUpLetter(code, signUp.expiresAt) : null;
}

async function emailCode(
  { store, clock, mailSecrets }: Deps,
  { userId, emailChangeId, attempts }: MailRow,
): Promise<Letter | null> {
  // As with a sign-up, the first try finds out whether the address is taken.
  const change = userId === null || attempts === 0 ? null : await store.findEmailChange(userId, clock());
  const code = change?.id === emailChangeId ? change && mailSecrets.codeOf('email', change) : null;
  return change && code !== null ? emailCodeLetter(code, change.expiresAt) : null;
}

async function withLink(deps: Deps, mail: MailRow): Promise<Letter | null> {
  const found = mail.linkId === null ? null : await deps.store.findMailLink(mail.linkId, deps.clock());
  const href = found && addressOf(deps, found.link);
  if (!found || href === null) return null;
  const { expiresAt } = found.link;
  return mail.kind === 'email_undo'
    ? emailUndoLetter(href, expiresAt, mail.detail ?? '', mail)
    : resetLetter(href, expiresAt, mail);
}
