import type { Step } from '#components/landing/story-steps.ts';
import type { DemoRefreshed, DemoSession } from '#lib/core/demo/contract.ts';

/** Describes what happened to the throw-away session, in the shape of the story on the landing page. */
export interface DemoMoment extends Omit<Step, 'time'> {
  /** Tells the moment in a few words, for the log. */
  said: string;
}

function living({ head }: DemoSession, wire: Step['wire']): Pick<Step, 'memory' | 'cookie' | 'row' | 'wire'> {
  return { memory: 'full', cookie: { token: head }, row: { head, isEnded: false }, wire };
}

export function made(session: DemoSession): DemoMoment {
  return {
    title: 'Made',
    text: 'One row is written. Its tokens stay on the server: nobody holds them, not even this page.',
    said: 'made, generation 0.',
    ...living(session, 'issue'),
  };
}

/** Tells that a session made earlier is still alive. */
export function found(session: DemoSession): DemoMoment {
  return {
    title: 'Still here',
    text: 'You made it earlier. It goes on where you left it.',
    said: 'still here.',
    ...living(session, null),
  };
}

/** Tells that the access token of the head was used. Only the first use starts the grace of the token before. */
export function used(before: DemoSession, session: DemoSession): DemoMoment {
  const { head, parent, grace_seconds } = session;
  const first = `The access token of generation ${head} is used once, so the answer has arrived.`;
  const then = parent === null ? '' : ` Token ${parent} is forgiven for ${grace_seconds}\u00a0s more.`;
  const isAgain = before.confirmed_at !== null && before.head === head;
  return {
    title: 'Used',
    text: isAgain ? 'Used again. Only the first use of a generation counts.' : first + then,
    said: isAgain ? 'used again.' : `generation ${head} used for the first time.`,
    ...living(session, null),
  };
}

/** Tells that the session is over, by hand or because its time was up, without a token having been presented. */
export function over(before: DemoSession, isByHand: boolean): DemoMoment {
  return {
    title: 'Ended',
    text: isByHand
      ? 'You ended it, like any device in your list of sessions.'
      : 'It was over already: its hour has passed, or it was ended elsewhere.',
    said: isByHand ? 'ended by you.' : 'over already.',
    memory: 'gone',
    cookie: { token: null },
    row: { head: before.head, isEnded: true },
    wire: null,
  };
}

/** Tells what came of presenting the token of `generation` while the row was as in `before`. */
export function presented(before: DemoSession, generation: number, { outcome, session }: DemoRefreshed): DemoMoment {
  if (outcome === 'reuse') return robbed(before, generation);
  if (!session) return over(before, false);
  const { head } = session;
  switch (outcome) {
    case 'rotated':
      return {
        title: 'Refreshed',
        text: `Token ${generation} brings token ${head}, and is spent.`,
        said: `refreshed, generation ${generation} → ${head}.`,
        ...living(session, 'refresh'),
      };
    case 'replaced':
      return {
        title: 'Replaced',
        text: `Token ${generation} again, long after. The head was never used, so its answer was lost: a fresh token ${head}.`,
        said: `token ${generation} again, answered with a fresh token ${head}.`,
        ...living(session, 'refresh'),
      };
    default:
      return {
        title: 'Replayed',
        text: `Token ${generation} again, within the grace: a late repeat. It gets the very same token ${head}. Nobody is signed out.`,
        said: `token ${generation} again, answered with the same token ${head}.`,
        ...living(session, 'replay'),
      };
  }
}

function robbed({ head }: DemoSession, generation: number): DemoMoment {
  return {
    title: 'Refused and ended',
    text: `Token ${generation} comes back although token ${head} is in use. That can only be a copy: the session ends, for owner and thief.`,
    said: `token ${generation} again, refused as a copy. The session is ended.`,
    memory: 'gone',
    cookie: { token: head, copy: generation },
    row: { head, isEnded: true },
    wire: 'refuse',
  };
}
