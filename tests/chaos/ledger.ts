/** What was done in a run and what came of it, counted. */

/** The table's lines, by section. */
export const sections = {
  'Faults made': {
    requestCut: 'request cut before the server had it',
    answerCut: 'answer cut after the server gave it',
    answerHalved: 'answer cut in the middle',
    requestLate: 'request delayed',
    answerLate: 'answer delayed',
    answerOvertaken: 'answer overtaken by another',
    requestTwice: 'request sent twice',
    slept: 'answer lost, asked again after the grace period',
    killed: 'instance killed with SIGKILL, started again',
    restarted: 'PostgreSQL restarted',
    crashed: 'PostgreSQL crashed, started again',
    locked: 'database file locked for 3 s',
    diskFull: 'disk full for 3 s',
    readOnly: 'disk read-only for 3 s',
    mailRefused: 'mail refused for now',
    mailCut: 'mail taken, and the answer to it lost',
  },
  'Refreshes, as the clients saw them': {
    answered: 'answered with a token',
    refused: 'refused: the session is over',
    unanswered: 'no answer, or "not now"',
  },
  'Refreshes, as the instances counted them': {
    rotated: 'rotated',
    repeated: 'repeated',
    replaced: 'replaced',
    reuse: 'taken for theft',
    ended: 'of a session that is over',
    forged: 'forged',
    rollback: 'from the future',
  },
  'Work done': {
    signedIn: 'sign-ins',
    signedOut: 'sign-outs',
    steppedUp: 'step-ups',
    written: 'writes acknowledged',
    mailsAsked: 'links asked for by mail',
    mailsCame: 'mails that came',
    mailsAgain: 'of these more than once, as documented',
    tabs: 'browser tabs that still work at the end',
  },
  Thefts: {
    stolen: 'stolen tokens replayed',
    caught: "caught on the victim's next refresh",
    withinGrace: 'not caught: within the grace period, as documented',
  },
  'Must be 0': {
    falseLogouts: 'false logouts',
    uncaught: 'thefts not caught',
    lostWrites: 'acknowledged writes lost',
    doubleWrites: 'writes made twice',
    lostEnds: 'ended sessions that live on',
    lostRefreshes: 'answered refreshes lost',
    lostMails: 'mails lost',
    strangeMails: 'mails of no row, to another, or with other words',
    others: 'anything else that is wrong',
  },
} as const;

type Sections = typeof sections;
export type Counted = { [S in keyof Sections]: keyof Sections[S] }[keyof Sections];
export type Breach = keyof Sections['Must be 0'];

export class Ledger {
  readonly title: string;
  readonly #counts = new Map<string, number>();
  /** What must not be, in words. */
  readonly breaches: string[] = [];
  /** Faults that could not be made here, and why. */
  readonly notes: string[] = [];
  /** What the instances logged as faults of their own: where to look for what is wrong. */
  readonly faults: string[] = [];

  constructor(title: string) {
    this.title = title;
  }

  count(what: Counted, times = 1): void {
    this.#counts.set(what, this.of(what) + times);
  }

  breach(what: Breach, words: string): void {
    this.count(what);
    this.breaches.push(`${this.title}: ${sections['Must be 0'][what]}: ${words}`);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }
}
