/**
 * Draws the picture in bench/RESULTS.md: rates beside Latchkey's own, as bars. Plain SVG, in the fonts of the reader's
 * system.
 */

import type { Rounds } from '../rounds.ts';
import { short } from '../rows/row.ts';
import { type ServerId, serverIds, servers } from '../servers.ts';
import { median, ratio, spread } from './ratios.ts';

const palettes = {
  light: { ink: '#14202a', muted: '#53616b', line: '#d5dce0', ours: '#0b5a62', others: '#a9b8bf' },
  dark: { ink: '#e9edef', muted: '#9fadb4', line: '#334049', ours: '#66cfc7', others: '#53636d' },
} as const;

const bare: Partial<Record<ServerId, string>> = { 'floor-edge': 'Next alone' };
const both: Partial<Record<ServerId, string>> = {
  floor: 'Next alone',
  'floor-edge': 'Next, an empty middleware',
  'better-auth-edge': 'better-auth, on the edge runtime',
};
const groups = [
  { id: 'W1', title: 'Authorised reads of ten tasks, a second', names: both },
  { id: 'W2', title: 'Session refreshes, a second', names: bare },
  { id: 'W3', title: 'Password sign-ins at cost 12, a second, on two cores', names: bare },
  { id: 'W5', title: 'Task pages rendered for somebody signed in, a second', names: both },
];
const [width, left, barHeight, gap] = [760, 250, 18, 8];
const full = width - left - 90;

/**
 * Returns a server's rate. Servers that were driven in pairs can only be compared within their pair, so such a rate is
 * scaled: the bar is as long beside Latchkey's as it was in its own pair.
 */
function rateOf(rounds: Rounds, who: ServerId): number {
  if (rounds.values.latchkey) return median(rounds, { who, metric: 'perSecond' });
  const others = Object.keys(rounds.values);
  const ours = spread(others.map((other) => median(rounds, { who: other, metric: 'oursPerSecond' }))).median;
  if (who === 'latchkey') return ours;
  const beside = ratio(rounds, { who, metric: 'oursPerSecond' }, { who, metric: 'perSecond' });
  return beside ? ours / beside.median : Number.NaN;
}

/** Draws the bars of all rows that were measured. */
export function chart(results: Record<string, { result: { raw: Rounds } }>, theme: keyof typeof palettes): string {
  const { ink, muted, line, ours, others } = palettes[theme];
  const parts: string[] = [];
  let y = 8;
  for (const { id, title, names } of groups) {
    const row = results[id];
    if (!row) continue;
    const bars = serverIds
      .map((who) => ({ who, rate: rateOf(row.result.raw, who) }))
      .filter(({ rate }) => Number.isFinite(rate));
    const most = Math.max(...bars.map(({ rate }) => rate));
    parts.push(`<text x="0" y="${y + 14}" font-weight="600" fill="${ink}">${title}</text>`);
    y += 28;
    const top = y;
    for (const { who, rate } of bars) {
      const isOurs = who === 'latchkey';
      const length = Math.max(2, Math.round((rate / most) * full));
      const middle = y + barHeight / 2 + 4;
      parts.push(
        `<text x="${left - 12}" y="${middle}" text-anchor="end" fill="${isOurs ? ink : muted}"${isOurs ? ' font-weight="600"' : ''}>${names[who] ?? servers[who].title}</text>`,
        `<rect x="${left}" y="${y}" width="${length}" height="${barHeight}" rx="3" fill="${isOurs ? ours : others}"/>`,
        `<text x="${left + length + 8}" y="${middle}" fill="${isOurs ? ink : muted}">${short(rate)}</text>`,
      );
      y += barHeight + gap;
    }
    parts.push(`<path d="M${left - 0.5} ${top - 4}V${y - gap + 4}" stroke="${line}"/>`);
    y += 18;
  }
  const style = `font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" style="font-variant-numeric: tabular-nums"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" viewBox="0 0 ${width} ${y}" role="img" ${style}>
<title>Latchkey beside Next alone and its peers: how many answers a second</title>
${parts.join('\n')}
</svg>
`;
}
