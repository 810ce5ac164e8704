/** The migration `0002_ascii_domains`, which SQL cannot do: brings the domains of addresses to ASCII, as DNS has them. */
import { email as address, normalizeEmail } from '#lib/core/accounts/email.ts';
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

/** Returns the accounts whose address changes, each with its new one. Throws `MigrationStopped` if one has none. */
export function withAsciiDomains(accounts: Account[]): Account[] {
  const refused = accounts.filter(({ email }) => !address.safeParse(email).success);
  const lines = refused.map(({ id, email }) => `${domainOf(email)}: account ${id}`);
  if (lines.length > 0) stop('Their domains cannot exist', lines);
  return accounts
    .map(({ id, email }) => ({ id, email: normalizeEmail(email) }))
    .filter(({ email }, index) => email !== accounts[index]?.email);
}

/** Throws `MigrationStopped` if two accounts would get one address. `taken` has the accounts that have a new one already. */
export function requireNoMeeting(changed: Account[], taken: Account[]): void {
  const all = [...changed, ...taken];
  const owners = (one: string) => all.filter(({ email }) => email === one).map(({ id }) => id);
  const meeting = [...new Set(changed.map(({ email }) => email))].filter((email) => owners(email).length > 1);
  if (meeting.length === 0) return;
  const lines = meeting.map((email) => `${domainOf(email)}: accounts ${owners(email).join(' and ')}`);
  stop('Each is one address in several spellings, which only one account can keep', lines);
}

/** Returns all of an address that may stand in a log. */
function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@'));
}

function stop(why: string, lines: string[]): never {
  const list = lines.map((line) => `  ${line}`).join('\n');
  throw new MigrationStopped(
    `Email addresses need a decision: "Addresses that meet" in docs/deploy.md. Nothing was changed. ${why}:\n${list}`,
  );
}
