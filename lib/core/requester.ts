/** Who asks: what a request says of itself, and the marks that stand in its place where no request did something. */
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts'; // demo

/** Who asks, as far as a request can tell: for limits, the list of sessions and security events. */
export interface Requester {
  userAgent: string | null;
  /** Null when nothing in front can be believed about it. */
  ip: string | null;
}

/** Marks what an operator did by command. Only `scripts/cli/` writes it. */
export const operatorAgent = 'Operator';

/** Every mark of ours that stands where a user agent would, and what lists of devices call it. No request can bear one. */
export const marks: ReadonlyMap<string, string> = new Map([
  [operatorAgent, 'An operator of this app'],
  [throwAwayAgent, throwAwayAgent], // demo
]);

/** Reads what a request calls itself, cut to 256 characters. One of our marks counts as nothing said. */
export function requestAgent(header: string | null): string | null {
  const agent = header?.slice(0, 256) ?? null;
  return agent !== null && marks.has(agent) ? null : agent;
}
