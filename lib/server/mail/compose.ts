import 'server-only';
import type { MailRow } from '#db/store/mails.ts';
import { isNoticed } from '#lib/core/mail/kinds.ts';
import type { Letter } from '#lib/core/mail/letter.ts';
import { resetLetter, signUpLetter, takenLetter } from '#lib/core/mail/letters.ts';
import { noticeLetter } from '#lib/core/mail/notices.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { addressOf } from './links.ts';

/**
 * Writes what a mail says: the same words each time. Returns null if its link or code is void by now, or if nobody has
 * looked yet whose it is.
 */
export async function compose(
  deps: Pick<Container, 'store' | 'env' | 'clock' | 'mailSecrets'>,
  mail: MailRow,
): Promise<Letter | null> {
  if (mail.kind === 'notice') {
    const { eventType } = mail;
    return eventType !== null && isNoticed(eventType) ? noticeLetter(eventType, deps.env.APP_URL, mail) : null;
  }
  if (mail.kind === 'sign_up_taken') return takenLetter(deps.env.APP_URL, mail);
  if (mail.kind === 'sign_up_code') return signUpCode(deps, mail);
  const found = mail.linkId === null ? null : await deps.store.findMailLink(mail.linkId, deps.clock());
  const href = found && addressOf(deps, found.link);
  return found && href !== null ? resetLetter(href, found.link.expiresAt, mail) : null;
}

async function signUpCode(
  { store, clock, mailSecrets }: Pick<Container, 'store' | 'clock' | 'mailSecrets'>,
  { signUpId, attempts }: MailRow,
): Promise<Letter | null> {
  // The first try finds out whether the address has an account, and so whether the mail may hold the code.
  const signUp = signUpId === null || attempts === 0 ? null : await store.findSignUp(signUpId, clock());
  const code = signUp && mailSecrets.codeOf(signUp);
  return signUp && code !== null ? signUpLetter(code, signUp.expiresAt) : null;
}
