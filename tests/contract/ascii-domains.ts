/** Accounts as the first two releases kept them, for tests of the migration `0002_ascii_domains`. */
import { asciiDomainsMadeAt } from '#db/queries/ascii-domains.ts';
import type { MigrationSet } from '#db/queries/migration-files.ts';

/** The migrations before that one. */
export function beforeAsciiDomains(sets: MigrationSet[]): MigrationSet[] {
  return sets.map((set) => ({
    ...set,
    migrations: set.migrations.filter(({ folderMillis }) => folderMillis < asciiDomainsMadeAt),
  }));
}

/** How many migrations bring such a database to today: that one, and those since. */
export function countSinceAsciiDomains(sets: MigrationSet[]): number {
  const count = (some: MigrationSet[]) => some.flatMap(({ migrations }) => migrations).length;
  return count(sets) - count(beforeAsciiDomains(sets));
}

export const old = {
  ann: 'ann@example.org',
  hans: 'hans@ex\u00e4mple.org',
  zoe: 'zo\u00eb@example.org',
  lost: 'a@\u0627\u0628c.org',
  filler: 'b\u3164@ex\u00e4mple.org',
};
export const folded = { ...old, hans: 'hans@xn--exmple-cua.org', filler: 'b\u3164@xn--exmple-cua.org' };
/** What stops the migration when it is added, and the message. */
export const meetings = [
  [{ twin: 'hans@xn--exmple-cua.org' }, / {2}@xn--exmple-cua\.org: accounts hans and twin$/],
  [{ wide: 'hans@\uff45x\u00e4mple.org' }, / {2}@xn--exmple-cua\.org: accounts hans and wide$/],
] as const;

export function insertAccounts(accounts: Record<string, string>): string {
  const rows = Object.entries(accounts).map(([id, email]) => `('${id}', '${email}', 0, 0)`);
  return `INSERT INTO users (id, email, epoch, created_at) VALUES ${rows.join(', ')}`;
}
