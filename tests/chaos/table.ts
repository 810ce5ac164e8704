import { type Ledger, sections } from './ledger.ts';

/** All lines with a column for each ledger, and what must not be in words. */
export function tableOf(ledgers: Ledger[]): string {
  const titles = ledgers.map(({ title }) => title);
  const rows = Object.entries(sections).flatMap(([section, lines]) => [
    [],
    [section, ...titles],
    ...Object.entries(lines).map(([what, words]) => [
      `  ${words}`,
      ...ledgers.map((ledger) => String(ledger.of(what))),
    ]),
  ]);
  const first = Math.max(...rows.map(([words = '']) => words.length));
  const width = Math.max(...titles.map((title) => title.length)) + 3;
  const lines = rows.map(([words = '', ...cells]) =>
    [words.padEnd(first), ...cells.map((text) => text.padStart(width))].join('').trimEnd(),
  );
  const notes = ledgers.flatMap(({ title, notes }) => notes.map((note) => `${title}: ${note}`));
  return [
    ...lines,
    '',
    ...notes,
    ...ledgers.flatMap(({ breaches, faults }) => (breaches.length > 0 ? [...breaches, ...faults] : [])),
  ]
    .join('\n')
    .trim();
}
