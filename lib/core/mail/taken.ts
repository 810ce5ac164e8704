/** Writes the mails to holders of an address that somebody else asked for. Whoever asked is told of none of this. */
import { paths } from '#lib/core/routes.ts';
import type { Letter, Part } from './letter.ts';
import { factsOf, inWords, type Occasion, type Site, says } from './letters.ts';

/** Tells the holder of an account that somebody tried to make another with the same address. */
export function takenLetter(site: Site, occasion: Occasion): Letter {
  const wanted = 'Somebody wanted to make an account at Latchkey with this address.';
  if (occasion.detail) return keptLetter(wanted, occasion.detail, occasion);
  return {
    subject: 'You have an account at Latchkey',
    parts: [
      says(`${wanted} You have one already. Sign in with it here:`, site.origin + paths.login),
      ...rest(site, occasion),
    ],
  };
}

/** Tells the holder of an account that somebody tried to give its address to another account. */
export function emailTakenLetter(site: Site, occasion: Occasion): Letter {
  const wanted = 'Somebody wanted to use this address for an account at Latchkey.';
  if (occasion.detail) return keptLetter(wanted, occasion.detail, occasion);
  return {
    subject: 'You have an account at Latchkey',
    parts: [
      says(
        `${wanted} Another account of yours has it already, and one address belongs to one account. Sign in with it here:`,
        site.origin + paths.login,
      ),
      ...rest(site, occasion),
    ],
  };
}

function rest({ origin, takesPasswords }: Site, occasion: Occasion): Part[] {
  return [
    ...(takesPasswords ? [says('Set a new password here, if you forgot it:', origin + paths.forgot)] : []),
    { kind: 'facts', facts: factsOf(occasion) },
    says(
      'If it was not you, do nothing. Your account stays as it is, and whoever it was is not told that you have one.',
    ),
  ];
}

/** Tells whoever reads mail at an address that it is kept for an account that had it, until the time `until`, in ISO 8601. */
function keptLetter(wanted: string, until: string, occasion: Occasion): Letter {
  const end = inWords(new Date(until));
  return {
    subject: 'This address is kept at Latchkey',
    parts: [
      says(
        `${wanted} An account had this address until it was changed. Until ${end} the change can be undone, so the address is kept for it.`,
      ),
      says(
        'If that account is yours and you did not change its address, take it back with the link in our mail “Your address was changed”.',
      ),
      { kind: 'facts', facts: factsOf(occasion) },
      says('If it was not you who wanted the address, do nothing. Whoever it was is not told of this.'),
    ],
  };
}
