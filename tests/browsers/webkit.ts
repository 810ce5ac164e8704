/** Drives WebKitGTK by WebDriver (https://www.w3.org/TR/webdriver2), on a display that nobody sees. */
import { vi } from 'vitest';
import { z } from 'zod';
import { freePort } from '#tests/support/server.ts';
import type { Driver } from './driver.ts';
import { type Program, startProgram } from './program.ts';

const answered = z.object({ value: z.unknown() });
const refused = z.object({ error: z.string(), message: z.string() });
const session = z.object({ sessionId: z.string() });
const opened = z.object({ handle: z.string() });
const handles = z.array(z.string());
const stored = z.array(z.object({ name: z.string(), value: z.string() }));

type Call = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

export async function startWebKit(binary: string): Promise<Driver> {
  const programs: Program[] = [];
  const close = async () => {
    for (const program of programs.reverse()) await program.stop();
  };
  try {
    const screen = ['-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'];
    const display = await startProgram('Xvfb', screen, { sign: /^(\d+)\n/m });
    programs.push(display);
    const port = await freePort();
    const env = { DISPLAY: `:${display.said}`, GDK_BACKEND: 'x11' };
    programs.push(await startProgram(binary, [`--port=${port}`], { env }));
    const call = callsTo(`http://127.0.0.1:${port}`);
    await vi.waitFor(() => call('GET', '/status'), { timeout: 15_000 });
    const { sessionId } = session.parse(await call('POST', '/session', { capabilities: {} }));
    const path = `/session/${sessionId}`;
    return {
      ...tabsOf((method, rest, body) => call(method, path + rest, body)),
      async close() {
        await call('DELETE', path).finally(close);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes each tab a window of its own: a tab in the window of another cannot be brought to the front. */
function tabsOf(call: Call): Omit<Driver, 'close'> {
  const switchTo = (handle: string) => call('POST', '/window', { handle });

  async function show(tab: string): Promise<void> {
    for (const other of handles.parse(await call('GET', '/window/handles'))) {
      await switchTo(other);
      if (other !== tab) await call('POST', '/window/minimize', {});
    }
    await switchTo(tab);
    // Restores a window that was minimized.
    await call('POST', '/window/rect', {});
  }

  return {
    show,
    async openTab() {
      const { handle } = opened.parse(await call('POST', '/window/new', { type: 'window' }));
      await show(handle);
      return handle;
    },
    async load(tab, url) {
      await switchTo(tab);
      await call('POST', '/url', { url });
    },
    async evaluate(tab, expression) {
      await switchTo(tab);
      return z.string().parse(await call('POST', '/execute/sync', { script: `return ${expression}`, args: [] }));
    },
    async perform(tab, actions) {
      await switchTo(tab);
      await call('POST', '/actions', { actions: [actions] });
    },
    async cookies(tab) {
      await switchTo(tab);
      const cookies = stored.parse(await call('GET', '/cookie'));
      return Object.fromEntries(cookies.map(({ name, value }) => [name, value]));
    },
  };
}

/** Returns the function that sends a command and resolves with its value. */
function callsTo(origin: string): Call {
  return async (method, path, body) => {
    const answer = await fetch(origin + path, { method, body: body ? JSON.stringify(body) : null });
    const { value } = answered.parse(await answer.json());
    if (answer.ok) return value;
    const { error, message } = refused.parse(value);
    throw new Error(`${error}: ${message}`);
  };
}
