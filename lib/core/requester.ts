/** Describes who makes a request, and lists the marks that are stored in place of a user agent. */
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts'; // demo

/** The sender of a request, as far as the request tells. Used for limits, the list of sessions and security events. */
export interface Requester {
  userAgent: string | null;
  /** The client's address; null when no trusted server in front reports it. */
  ip: string | null;
}

/** Marks an action of an operator on the command line, in place of a user agent. Only `scripts/cli/` writes it. */
export const operatorAgent = 'Operator';

/** Maps each mark that is stored in place of a user agent to its name in lists of devices. No request can claim one. */
export const reservedAgents: ReadonlyMap<string, string> = new Map([
  [operatorAgent, 'An operator of this app'],
  [throwAwayAgent, throwAwayAgent], // demo
]);

/** Marks whose events nobody is mailed about: the person watches them happen. */
export const unmailedAgents: ReadonlySet<string | null> = new Set<string | null>([
  throwAwayAgent, // demo
]);

/** Reads a `User-Agent` header, cut to 256 characters. Returns null for a missing one and for a reserved agent. */
export function requestAgent(header: string | null): string | null {
  const agent = header?.slice(0, 256) ?? null;
  return agent !== null && reservedAgents.has(agent) ? null : agent;
}

/** Tells whether a browser's request comes from another origin, by its `Origin` and its `Sec-Fetch-Site`. */
export function isForeign({ origin, site }: { origin: string | null; site: string | null }, appUrl: string): boolean {
  return (origin !== null && origin !== appUrl) || site === 'cross-site' || site === 'same-site';
}
