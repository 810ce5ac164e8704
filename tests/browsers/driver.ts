/** One pointer's or keyboard's moves, in the words that WebDriver and WebDriver BiDi share. */
export interface Actions {
  type: 'pointer' | 'key';
  id: string;
  actions: ({ type: string } & Record<string, unknown>)[];
}

/** Drives a browser of its own, with an empty profile. Firefox and WebKit speak different protocols behind it. */
export interface Driver {
  /** Opens an empty tab in front of the others, and returns its handle. */
  openTab(): Promise<string>;
  /** Shows a tab, and hides every other. */
  show(tab: string): Promise<void>;
  /** Loads a page to its end. */
  load(tab: string, url: string): Promise<void>;
  /** Evaluates an expression that is a string, or the promise of one. */
  evaluate(tab: string, expression: string): Promise<string>;
  perform(tab: string, actions: Actions): Promise<void>;
  /** Returns the cookies of the page in a tab by name, the HttpOnly ones too. */
  cookies(tab: string): Promise<Record<string, string>>;
  /** Ends the browser and all that was started with it. */
  close(): Promise<void>;
}
