/** `node scripts/screenshots.ts`: takes the pictures in docs/images of the built app, with a database of its own. */
import { mkdirSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { startServer } from '#tests/support/server.ts';
import { ensureBrowser } from './ensure-browser.ts';

const folder = 'docs/images';
const person = { email: 'ann@example.org', password: 'a few unrelated words', name: 'Ann Miller' };
const agents = {
  phone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1',
  laptop: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7; rv:146.0) Gecko/20100101 Firefox/146.0',
};

const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
/** Tasks to create, in this order: the last one is shown first. */
const tasks = [
  { title: 'Cancel the old phone contract' },
  { title: 'Send the invoice to Meadow & Sons', deadline: day(-3) },
  { title: 'Renew the domain name', deadline: day(1), isDone: true },
  { title: 'Ask Priya about the second part of the contract' },
  { title: 'Book the train to Lyon', deadline: day(12) },
  { title: 'Write the release notes', deadline: day(1) },
  { title: 'Water the plants', deadline: day(0) },
];

/** Signs the person in on three devices, this browser last, and creates their tasks. */
async function fillAccount({ request }: BrowserContext): Promise<void> {
  await request.post('/api/auth/register', { data: person, headers: { 'user-agent': agents.phone } });
  const { email, password } = person;
  // Without the cookies of the sign-in before: the next one would replace its session.
  const token = { data: { email, password } };
  for (const headers of [{ 'user-agent': agents.laptop, cookie: '' }, { cookie: '' }])
    await request.post('/api/auth/token', { ...token, headers });
  const { access_token } = await (await request.get('/api/auth/session')).json();
  const headers = { authorization: `Bearer ${access_token}` };
  for (const { isDone, ...data } of tasks) {
    const made = await (await request.post('/api/tasks', { headers, data })).json();
    if (isDone) await request.patch(`/api/tasks/${made.id}`, { headers, data: { completed: true } });
  }
}

async function take(page: Page, path: string, name: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.evaluate(() => document.fonts.ready);
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
  }
}

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await take(page, '/', 'landing');
  await fillAccount(context);
  await take(page, '/tasks', 'tasks');
  await take(page, '/account/sessions', 'sessions');
} finally {
  await browser.close();
  await server.stop();
}
