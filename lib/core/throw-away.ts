/** The sessions that the demo page makes to be robbed. Nobody holds a token of theirs. */

/** Their user agent, which is their mark: only `lib/server/demo.ts` writes it. */
export const throwAwayAgent = 'Demo: throw-away session';

/** What a request calls itself, cut to 256 characters. The demo's mark counts as nothing said, so that no request can bear it. */
export function requestAgent(header: string | null): string | null {
  const agent = header?.slice(0, 256) ?? null;
  return agent === throwAwayAgent ? null : agent;
}
