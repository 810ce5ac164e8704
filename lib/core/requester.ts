/** User agents that are marks of ours: they say whose doing something was, and no request can bear one. */

/** The sessions that the demo page makes to be robbed, whose tokens nobody holds. Only `lib/server/demo/throw-away.ts` writes it. */
export const throwAwayAgent = 'Demo: throw-away session';

/** What an operator did by command. Only `scripts/cli/` writes it. */
export const operatorAgent = 'Operator';

/** What a request calls itself, cut to 256 characters. One of our marks counts as nothing said. */
export function requestAgent(header: string | null): string | null {
  const agent = header?.slice(0, 256) ?? null;
  return agent === throwAwayAgent || agent === operatorAgent ? null : agent;
}
