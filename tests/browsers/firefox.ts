/** Drives Firefox by WebDriver BiDi (https://w3c.github.io/webdriver-bidi), which it speaks by itself. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { Driver } from './driver.ts';
import { startProgram } from './program.ts';

const message = z.object({
  id: z.number().nullish(),
  result: z.unknown().optional(),
  error: z.string().optional(),
  message: z.string().optional(),
});
const created = z.object({ context: z.string() });
const evaluated = z.object({
  result: z.object({ value: z.string() }).optional(),
  exceptionDetails: z.object({ text: z.string() }).optional(),
});
const stored = z.object({ cookies: z.array(z.object({ name: z.string(), value: z.object({ value: z.string() }) })) });

type Call = (method: string, params: object) => Promise<unknown>;

export async function startFirefox(binary: string): Promise<Driver> {
  const profile = mkdtempSync(join(tmpdir(), 'latchkey-firefox-'));
  const words = ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port=0'];
  const firefox = await startProgram(binary, words, { sign: /WebDriver BiDi listening on (ws:\S+)/ });
  const close = async () => {
    await firefox.stop();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const call = await connect(`${firefox.said}/session`);
    await call('session.new', { capabilities: {} });
    return { ...tabsOf(call), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function tabsOf(call: Call): Omit<Driver, 'close'> {
  return {
    openTab: async () => created.parse(await call('browsingContext.create', { type: 'tab' })).context,
    async show(context) {
      await call('browsingContext.activate', { context });
    },
    async load(context, url) {
      await call('browsingContext.navigate', { context, url, wait: 'complete' });
    },
    async evaluate(context, expression) {
      const answer = await call('script.evaluate', { expression, target: { context }, awaitPromise: true });
      const { result, exceptionDetails } = evaluated.parse(answer);
      if (!result) throw new Error(exceptionDetails?.text ?? 'Nothing came of it.');
      return result.value;
    },
    async perform(context, actions) {
      await call('input.performActions', { context, actions: [actions] });
    },
    async cookies(context) {
      const { cookies } = stored.parse(await call('storage.getCookies', { partition: { type: 'context', context } }));
      return Object.fromEntries(cookies.map(({ name, value }) => [name, value.value]));
    },
  };
}

/** Connects to a browser. Returns the function that sends a command and resolves with its result. */
async function connect(url: string): Promise<Call> {
  const socket = new WebSocket(url);
  const pending = new Map<number, (answer: z.infer<typeof message>) => void>();
  let last = 0;
  socket.onmessage = ({ data }) => {
    const answer = message.parse(JSON.parse(data));
    // What has no id is an event.
    pending.get(answer.id ?? 0)?.(answer);
    pending.delete(answer.id ?? 0);
  };
  socket.onclose = () => {
    for (const settle of pending.values()) settle({ error: 'closed', message: 'Firefox is gone.' });
  };
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  return (method, params) => {
    last += 1;
    const id = last;
    socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => {
      pending.set(id, ({ result, error, message: words }) => {
        if (error) reject(new Error(`${method}: ${error}: ${words}`));
        else resolve(result);
      });
    });
  };
}
