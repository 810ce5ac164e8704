import type { EventType } from '#lib/core/activity/contract.ts';
import { throwAwayAgent } from '#lib/core/demo/throw-away.ts';

const advice: Partial<Record<EventType, string>> = {
  signed_in: 'A throw-away session, made on the demo page.',
  session_ended: 'A throw-away session of the demo page.',
  refresh_replaced: 'A throw-away session, whose answer was lost on the demo page.',
  refresh_reuse: 'A throw-away session, robbed on the demo page. There is nothing for you to do.',
};

/**
 * Rewords the events of throw-away sessions, so that nobody is alarmed by what they did on the demo page. The mark stands
 * in place of a user agent, and only the server writes it.
 */
export const throwAwayWords = [throwAwayAgent, { advice, isHarmless: true }] as const;
