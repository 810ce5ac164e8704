/** Describes one moment in a session's life. docs/token-lifecycle.md has the rules. */
export interface Step {
  time: string;
  title: string;
  text: string;
  /** Tells how much life the access token has left when the moment is over. */
  memory: 'full' | 'low' | 'half' | 'gone';
  /** Generation of the refresh token in the browser at that moment and, as `copy`, of one in other hands. */
  cookie: { token: number | null; copy?: number };
  row: { head: number; isEnded: boolean };
  /** Tells what passes between the cookie and the row. */
  wire: 'issue' | 'refresh' | 'lost' | 'replay' | 'refuse' | null;
}

/** Tells a whole life: signing in, a refresh, a lost answer, its repeat, and a thief. */
export const steps: readonly Step[] = [
  {
    time: '09:00:00',
    title: 'Signed in',
    text: 'One row is written. The cookie gets a one-time token, the page an access token for five minutes.',
    memory: 'full',
    cookie: { token: 0 },
    row: { head: 0, isEnded: false },
    wire: 'issue',
  },
  {
    time: '09:05:00',
    title: 'Refreshed',
    text: 'The access token has run out. Token 0 brings token 1, and is spent; the page goes on.',
    memory: 'full',
    cookie: { token: 1 },
    row: { head: 1, isEnded: false },
    wire: 'refresh',
  },
  {
    time: '09:10:00',
    title: 'Answer lost',
    text: 'Token 1 brings token 2, but the connection drops on the way. The browser never hears of it.',
    memory: 'low',
    cookie: { token: 1 },
    row: { head: 2, isEnded: false },
    wire: 'lost',
  },
  {
    time: '09:10:04',
    title: 'Replayed',
    text: 'It asks again with token 1, seconds later, and gets the very same token 2. Nobody is signed out.',
    memory: 'full',
    cookie: { token: 2 },
    row: { head: 2, isEnded: false },
    wire: 'replay',
  },
  {
    time: '09:12:30',
    title: 'Refused',
    text: 'Somebody else sends a copy of token 1, long spent. That can only be a copy, so it opens nothing.',
    memory: 'half',
    cookie: { token: 2, copy: 1 },
    row: { head: 2, isEnded: false },
    wire: 'refuse',
  },
  {
    time: '09:12:30',
    title: 'Ended',
    text: 'Every token of the session stops at once, for both. You are told why, and sign in again.',
    memory: 'gone',
    cookie: { token: null },
    row: { head: 2, isEnded: true },
    wire: null,
  },
];
