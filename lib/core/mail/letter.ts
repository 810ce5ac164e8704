/** A mail's words, described once: lib/core/mail/render.ts makes plain text and HTML of them, /outbox shows them on a page. */

export type Part =
  /** A paragraph. With `href`, an absolute URL, it leads up to that address. */
  | { kind: 'text'; text: string; href?: string }
  /** The one thing to do. `href` is an absolute URL. */
  | { kind: 'link'; label: string; href: string }
  /** Eight digits to be typed, shown in two groups. */
  | { kind: 'code'; code: string }
  | { kind: 'facts'; facts: readonly Fact[] };

export interface Fact {
  name: string;
  value: string;
}

export interface Letter {
  /** Holds no link, name or address: a phone shows it while it is locked. */
  subject: string;
  parts: readonly Part[];
}
