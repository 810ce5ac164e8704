/** The migration `0002_ascii_domains`, which SQL cannot do: brings the domains of addresses to ASCII, as DNS has them. */
import { normalizeEmail } from '#lib/core/accounts/email.ts';
import { MigrationStopped } from './errors.ts';

/** The account of an address, as the table `users` has it. */
export interface Account {
  id: string;
  email: string;
}

/** Says when both journals have the migration `0002_ascii_domains` made, in milliseconds since 1970. */
export const asciiDomainsMadeAt = 1_795_875_825_355;

/** Selects every account whose address has a letter outside ASCII. */
export const accountsWithLetters = 'SELECT id, email FROM users WHERE octet_length(email) > length(email)';

/**
 * Returns the accounts whose address changes, each with its new one. What stands before the @ stays. So does a domain
 * that cannot exist: it meets no other, and must not keep everybody else from starting.
 */
export function withAsciiDomains(accounts: Account[]): Account[] {
  const changed = accounts.map(({ id, email }) => ({
    id,
    email: localPartOf(email) + domainOf(normalizeEmail(email)),
  }));
  return changed.filter(({ email }, index) => email !== accounts[index]?.email);
}

/** Throws `MigrationStopped` if two accounts would get one address. `taken` has the accounts that have a new one already. */
export function requireNoMeeting(changed: Account[], taken: Account[]): void {
  const all = [...changed, ...taken];
  const owners = (one: string) => all.filter(({ email }) => email === one).map(({ id }) => id);
  const meeting = [...new Set(changed.map(({ email }) => email))].filter((email) => owners(email).length > 1);
  if (meeting.length === 0) return;
  const lines = meeting.map((email) => `  ${domainOf(email)}: accounts ${owners(email).join(' and ')}`);
  throw new MigrationStopped(
    `Email addresses need a decision: "Addresses that meet" in docs/deploy.md. Nothing was changed. Each is one address in several spellings, which only one account can keep:\n${lines.join('\n')}`,
  );
}

function localPartOf(email: string): string {
  return email.slice(0, email.lastIndexOf('@'));
}

/** Returns an address from its @ on: all of it that may stand in a log. */
function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@'));
}
