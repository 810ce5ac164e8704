import type { Line, Row } from '../rows/row.ts';

const head = [
  'work',
  'Latchkey beside',
  'target',
  'ratio (middle half)',
  'by processor time',
  'Latchkey',
  'the other',
  '',
];

/** Prints a row's lines, aligned for a terminal. */
export function printTable({ id, title }: Pick<Row, 'id' | 'title'>, lines: Line[]): void {
  console.log(`\n${id}  ${title}`);
  const cells = lines.map((line) => cellsOf(line));
  const widths = (cells[0] ?? []).map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  for (const row of cells) console.log(`    ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('   ')}`);
}

/** Returns the lines of rows as one Markdown table. */
export function markdownTable(rows: { id: string; lines: Line[] }[]): string {
  const body = rows.flatMap(({ id, lines }) => lines.map((line) => [id, ...cellsOf(line)]));
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf({ compared, target, result, byCpu, ours, theirs, isMet }: Line): string[] {
  return [compared, target, result, byCpu, ours, theirs, isMet === null ? '' : isMet ? 'met' : '**missed**'];
}
