/** Twenty tabs of one browser, with the app's own pages and client in each. */
import { setTimeout as delay } from 'node:timers/promises';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { api, isApiPath, paths } from '#lib/core/routes.ts';
import { ensureBrowser } from '#scripts/ensure-browser.ts';
import type { Network } from './honest-client.ts';
import { type Person, password } from './person.ts';

const tabCount = 20;
/** A page out of reach of the server asks again within 30 s. */
const recoveryMs = 60_000;

export interface Tabs {
  /** Adds tasks and reloads pages here and there, until told to stop. */
  live(isOver: () => boolean): Promise<void>;
  /** In calm weather: each tab still shows its page, and adds a task. */
  audit(): Promise<void>;
  close(): Promise<void>;
}

/** Opens them, signed in as `person`, who remembers what they added. */
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
    if (request === `POST ${api.tasks}` && response.status() === 201) {
      person.tasks.push(JSON.parse(response.request().postData() ?? '{}').title);
      ledger.count('tasks');
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
        if (dice.chance(0.1)) await tab?.reload().catch(() => {});
        else await tab?.evaluate(submit, title()).catch(() => {});
        await delay(dice.between(0, 1000));
      }
    },
    async audit() {
      if (isSignedOut) return;
      const working = (await Promise.all(tabs.map(isWorking))).filter(Boolean).length;
      ledger.count('tabs', working);
      if (working < tabCount) ledger.breach('others', `of ${tabCount} tabs only ${working} add a task afterwards`);
    },
    close: () => browser.close(),
  };
}

async function openTab(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto(paths.tasks);
  await page.getByRole('button', { name: 'Add' }).and(page.locator(':enabled')).waitFor();
  return page;
}

const title = () => `tab ${crypto.randomUUID()}`;

/** What a person does who types a task and presses Enter. */
function submit(title: string): void {
  const field = document.querySelector<HTMLInputElement>('form input[name=title]');
  if (!field) throw new Error('This is no page of tasks.');
  field.value = title;
  field.form?.requestSubmit();
}

/** As a person would: tries again, and loads the page again where it is none. */
async function isWorking(tab: Page): Promise<boolean> {
  const deadline = performance.now() + recoveryMs;
  while (performance.now() < deadline) {
    const isAdded = tab
      .waitForResponse((answer) => answer.url().endsWith(api.tasks) && answer.status() === 201, { timeout: 3000 })
      .then(Boolean, () => false);
    const isSent = await tab.evaluate(submit, title()).then(
      () => true,
      () => false,
    );
    if (!isSent) await tab.goto(paths.tasks).catch(() => {});
    if (await isAdded) return true;
  }
  return false;
}
