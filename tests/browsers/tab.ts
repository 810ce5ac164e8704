import { expect, vi } from 'vitest';
import type { Driver } from './driver.ts';

/** A tab as a person uses it: sees its text, presses what has a name, types. */
export class Tab {
  readonly #driver: Driver;
  readonly #handle: string;
  readonly #origin: string;

  constructor(driver: Driver, handle: string, origin: string) {
    this.#driver = driver;
    this.#handle = handle;
    this.#origin = origin;
  }

  goto(path: string): Promise<void> {
    return this.#driver.load(this.#handle, this.#origin + path);
  }

  /** Brings it to the front, and so hides the others. */
  show(): Promise<void> {
    return this.#driver.show(this.#handle);
  }

  /** Runs a function in the page. It may use its arguments and nothing else from here. */
  async run<Args extends unknown[], Result>(
    run: (...args: Args) => Result | Promise<Result>,
    ...args: Args
  ): Promise<Result> {
    const call = `(${run})(...${JSON.stringify(args)})`;
    const text = await this.#driver.evaluate(
      this.#handle,
      `Promise.resolve(${call}).then((value) => JSON.stringify(value ?? null))`,
    );
    return JSON.parse(text);
  }

  /** Waits until the page at this path, query and all, is shown. */
  async expectPath(path: string): Promise<void> {
    await expect.poll(() => this.run(() => location.pathname + location.search)).toBe(path);
  }

  async expectText(words: string): Promise<void> {
    await expect.poll(() => this.run(() => document.body.innerText)).toContain(words);
  }

  /** Clicks in the middle of the control with this name, once there is one that can be used. */
  async click(name: string): Promise<void> {
    const click = async () => {
      const centre = await this.run(centreOf, name);
      if (!centre) throw new Error(`Nothing that can be used is called “${name}”.`);
      const actions = [
        { type: 'pointerMove', ...centre },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ];
      await this.#driver.perform(this.#handle, { type: 'pointer', id: 'mouse', actions });
    };
    // Firefox refuses a click while it puts a new page in place of another.
    await vi.waitFor(click, { timeout: 15_000, interval: 100 });
  }

  /** Types into the empty field with this label. */
  async fill(label: string, text: string): Promise<void> {
    await this.click(label);
    const strokes = [...text].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    await this.#driver.perform(this.#handle, { type: 'key', id: 'keyboard', actions: strokes });
  }

  cookies(): Promise<Record<string, string>> {
    return this.#driver.cookies(this.#handle);
  }
}

/** Finds, in the page, the control with this name, if a click at its centre would reach it and the page would act on it. */
function centreOf(name: string): { x: number; y: number } | null {
  for (const control of document.querySelectorAll<HTMLInputElement>('a, button, input')) {
    const label = control.labels?.[0]?.textContent || control.ariaLabel || control.textContent;
    // Before React has taken the element over, nothing would come of a click.
    const isLive = Object.keys(control).some((key) => key.startsWith('__react')) && !control.disabled;
    if (label?.trim() !== name || !isLive) continue;
    control.scrollIntoView({ block: 'center', behavior: 'instant' });
    const { x, y, width, height } = control.getBoundingClientRect();
    const centre = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    const hit = document.elementFromPoint(centre.x, centre.y);
    if (hit && (control.contains(hit) || hit.contains(control))) return centre;
  }
  return null;
}
