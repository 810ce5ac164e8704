/** Twenty tabs of one browser, with the app's own pages and client in each. */
import { setTimeout as delay } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { api, isApiPath, landing, paths } from '#lib/core/routes.ts';
import { ensureBrowser } from '#scripts/ensure-browser.ts';
import type { Network } from './honest-client.ts';
import { type Person, password } from './person.ts';
import { taskForm } from './tasks.ts'; // tasks

const tabCount = 20;
/** A page out of reach of the server asks again within 30 s. */
const recoveryMs = 60_000;

/** The page that tabs show, and what is written there; the first of these. */
interface Form {
  path: string;
  /** The method and path that write, and the name in the body. */
  request: string;
  nameIn(body: string): string;
  /** Resolves when a person could write. */
  ready(page: Page): Promise<void>;
  /** Runs in the page. */
  submit(name: string): void;
}
const [form]: Form[] = [
  taskForm, // tasks
];

export interface Tabs {
  /** Writes and reloads pages here and there, until told to stop. */
  live(isOver: () => boolean): Promise<void>;
  /** In calm weather: each tab still shows its page, and writes. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

/** Opens them, signed in as `person`, who remembers what they wrote. */
export async function openTabs(person: Person, { port, dice, ledger }: Network): Promise<Tabs> {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--disable-gpu', ...root] });
  const context = await browser.newContext({ baseURL: `http://localhost:${port}` });
  const signIn = await context.request.post(api.token, { data: { email: person.email, password } });
  if (!signIn.ok()) throw new Error(`Signing in answered ${signIn.status()}.`);
  const tabs: Page[] = [];
  for (let count = 0; count < tabCount; count++) tabs.push(await openTab(context));
  let isSignedOut = false;

  context.on('response', (response) => {
    const { pathname } = new URL(response.url());
    const request = `${response.request().method()} ${pathname}`;
    // A page that has begun cannot say "not now" any more; its status is Next's own.
    if (isApiPath(pathname) && response.status() >= 500 && response.status() !== 503)
      ledger.breach('others', `${request} answered ${response.status()}`);
    if (request === `POST ${api.refresh}`) {
      if (response.status() === 200) ledger.count('answered');
      else ledger.count(response.status() === 401 ? 'refused' : 'unanswered');
    }
    if (request === form?.request && response.status() === 201) {
      person.written.push(form.nameIn(response.request().postData() ?? '{}'));
      ledger.count('written');
    }
  });
  context.on('requestfailed', (request) => {
    if (request.method() === 'POST' && request.url().endsWith(api.refresh)) ledger.count('unanswered');
  });
  for (const [index, tab] of tabs.entries()) {
    tab.on('framenavigated', () => {
      if (isSignedOut || new URL(tab.url()).pathname !== paths.login) return;
      isSignedOut = true;
      ledger.breach('falseLogouts', `${person.email}, tab ${index} of ${tabs.length}`);
    });
  }

  return {
    async live(isOver) {
      while (!isOver()) {
        const tab = tabs[Math.floor(dice.between(0, tabs.length))];
        if (!form || dice.chance(0.1)) await tab?.reload().catch(() => {});
        else await tab?.evaluate(form.submit, newName()).catch(() => {});
        await delay(dice.between(0, 1000));
      }
    },
    async audit() {
      if (isSignedOut) return;
      const working = (await Promise.all(tabs.map(isWorking))).filter(Boolean).length;
      ledger.count('tabs', working);
      if (working < tabCount) ledger.breach('others', `of ${tabCount} tabs only ${working} work afterwards`);
    },
    close: () => browser.close(),
  };
}

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(form?.path ?? landing);
  await form?.ready(page);
  return page;
}

const newName = () => `tab ${crypto.randomUUID()}`;

/** As a person would: tries again, and loads the page again where it is none. */
async function isWorking(tab: Page): Promise<boolean> {
  const deadline = performance.now() + recoveryMs;
  while (performance.now() < deadline) if (await (form ? writes(tab, form) : loads(tab))) return true;
  return false;
}

async function writes(tab: Page, { path, request, submit }: Form): Promise<boolean> {
  const [, address = ''] = request.split(' ');
  const isWritten = tab
    .waitForResponse((answer) => answer.url().endsWith(address) && answer.status() === 201, { timeout: 3000 })
    .then(Boolean, () => false);
  const isSent = await tab.evaluate(submit, newName()).then(
    () => true,
    () => false,
  );
  if (!isSent) await tab.goto(path).catch(() => {});
  return isWritten;
}

async function loads(tab: Page): Promise<boolean> {
  const answer = await tab.goto(landing).catch(() => null);
  return answer?.status() === 200 && new URL(tab.url()).pathname === landing;
}
