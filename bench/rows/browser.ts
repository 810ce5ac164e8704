/** W8: the time that a person waits in a browser, on a network so slow that round trips are what counts. */
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { ensureBrowser } from '../../scripts/ensure-browser.ts';
import { type Running, start } from '../processes.ts';
import { alternate, type Contender, type Rounds } from '../rounds.ts';
import { type Person, password } from '../seed.ts';
import type { ServerId } from '../servers.ts';
import { type Line, type Row, short } from './row.ts';
import { type SlowNetwork, slowNetwork } from './slow-network.ts';

const ids: readonly ServerId[] = ['floor-edge', 'latchkey'];
/**
 * Two delays for each request. The difference between the times, divided by the difference between the delays, is how many
 * round trips follow one another.
 */
const [nearMs, farMs] = [40, 200];

const moments = [
  { name: 'signIn', title: 'sign-in, from the click to a task page that reacts', floor: 'signIn' },
  { name: 'load', title: 'page load with a valid session', floor: 'load' },
  { name: 'expired', title: 'page load with an expired access token', floor: 'load' },
  { name: 'token', title: 'page load until the page’s first call can go out', floor: 'load' },
] as const;

export const browserRow: Row = {
  id: 'W8',
  title: 'In a browser',
  how: `Chromium, a warm cache, ${nearMs} ms and then ${farMs} ms of delay for every request, by a proxy in between: how many round trips stand in a row follows from the two. Of each moment the fastest round counts. A task page "reacts" when its form can be used; the last line is until it has its access token too. The floor's page is the same page behind an empty middleware, its sign-in a plain form.`,
  servers: ids,
  rounds: 5,
  seconds: 0,
  async run({ ids: selected, seed, rounds: count }) {
    const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--disable-gpu', ...root] });
    const running: Running[] = [];
    const networks: SlowNetwork[] = [];
    try {
      const contenders: Contender[] = [];
      for (const [at, id] of ids.filter((one) => selected.includes(one)).entries()) {
        const network = await slowNetwork();
        networks.push(network);
        const server = await start(id, { seed, env: { APP_URL: network.base }, onAllCores: true });
        running.push(server);
        network.to = server.base;
        const context = await browser.newContext({ baseURL: network.base });
        const measure = await visitor(context, network, { id, person: seed.people[at] });
        contenders.push({ name: id, warmUp: measure, measure });
      }
      const rounds = await alternate(contenders, count);
      return { rounds, lines: moments.flatMap((moment) => lineOf(rounds, moment)) };
    } finally {
      await browser.close();
      await Promise.all(running.map((server) => server.stop()));
      for (const network of networks) network.close();
    }
  },
};

async function visitor(
  context: BrowserContext,
  network: SlowNetwork,
  { id, person }: { id: ServerId; person: Person | undefined },
): Promise<Contender['measure']> {
  const page = await context.newPage();
  return async () => {
    const times: Record<string, number> = {};
    for (const delayMs of [nearMs, farMs]) {
      network.delayMs = 0;
      // The app's page would notice that its cookies are gone.
      await page.goto('about:blank');
      await context.clearCookies();
      times[`signIn${delayMs}`] = await signIn(page, person, () => {
        network.delayMs = delayMs;
      });
      times[`load${delayMs}`] = await load(page);
      if (id !== 'latchkey') continue;
      times[`token${delayMs}`] = await loadWithToken(page);
      await page.goto('about:blank');
      await context.clearCookies({ name: 'latchkey-session' });
      times[`expired${delayMs}`] = await load(page);
    }
    return times;
  };
}

/** Signs a person in and returns how long it took. The network is slow only from the click on. */
async function signIn(page: Page, person: Person | undefined, slowDown: () => void): Promise<number> {
  await page.goto('/login');
  await page.getByLabel('Email').fill(person?.email ?? '');
  await page.getByLabel('Password', { exact: true }).fill(password);
  const button = page.getByRole('button', { name: 'Sign in', exact: true });
  // Waits until it can be clicked, and does not.
  await button.click({ trial: true });
  slowDown();
  const begun = performance.now();
  await button.click({ noWaitAfter: true });
  await reacts(page);
  return performance.now() - begun;
}

async function load(page: Page): Promise<number> {
  const begun = performance.now();
  await page.goto('/tasks', { waitUntil: 'commit' });
  await reacts(page);
  return performance.now() - begun;
}

/** Loads the page and waits until it has its access token too, which it asks for once it runs. */
async function loadWithToken(page: Page): Promise<number> {
  const begun = performance.now();
  const answered = page.waitForResponse((response) => response.url().endsWith('/api/auth/session'));
  await load(page);
  await answered;
  return performance.now() - begun;
}

/** Waits until the page reacts: React enables its button once it runs the page. */
async function reacts(page: Page): Promise<void> {
  await page.waitForURL('**/tasks', { waitUntil: 'commit' });
  await page.waitForFunction(
    () => [...document.querySelectorAll('button')].some((one) => one.textContent === 'Add' && !one.disabled),
    null,
    { polling: 5 },
  );
}

function lineOf({ values }: Rounds, { name, title, floor }: (typeof moments)[number]): Line[] {
  // The least disturbed of the rounds.
  const of = (who: string, metric: string) => Math.min(...(values[who] ?? []).map((one) => one[metric] ?? Number.NaN));
  const trips = (who: string, moment: string) =>
    (of(who, `${moment}${farMs}`) - of(who, `${moment}${nearMs}`)) / (farMs - nearMs);
  if (!values.latchkey || !values['floor-edge']) return [];
  const more = trips('latchkey', name) - trips('floor-edge', floor);
  const shown = (who: string, moment: string) =>
    `${short(of(who, `${moment}${nearMs}`))} ms, ${trips(who, moment).toFixed(1)} round trips`;
  return [
    {
      compared: title,
      target: '≤ 1 round trip more',
      result: `${more > 0 ? '+' : ''}${more.toFixed(1)}`,
      byCpu: '',
      // Half a round trip is what a measurement may be off.
      isMet: more <= 1.5,
      ours: shown('latchkey', name),
      theirs: shown('floor-edge', floor),
    },
  ];
}
