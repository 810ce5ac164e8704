/** `node scripts/screenshots.ts`: takes the README's picture of the built app, in light and dark, with a database of its own. */
import { mkdirSync } from 'node:fs';
import { type BrowserContext, chromium } from '@playwright/test';
import { paths } from '#lib/core/routes.ts';
import { startServer } from '#tests/support/server.ts';
import { ensureBrowser } from './ensure-browser.ts';

const folder = 'docs/images';
const person = { email: 'ann@example.org', password: 'a few unrelated words', name: 'Ann Miller' };
const agents = {
  phone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.2 Mobile/15E148 Safari/604.1',
  laptop: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7; rv:146.0) Gecko/20100101 Firefox/146.0',
};

/** Signs the person in on three devices, this browser last. */
async function signIn({ request }: BrowserContext): Promise<void> {
  await request.post('/api/auth/register', { data: person, headers: { 'user-agent': agents.phone } });
  const { email, password } = person;
  // Without the cookies of the sign-in before: the next one would replace its session.
  for (const headers of [{ 'user-agent': agents.laptop, cookie: '' }, { cookie: '' }])
    await request.post('/api/auth/token', { data: { email, password }, headers });
}

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await chromium.launch({ executablePath: ensureBrowser(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const context = await browser.newContext({ baseURL: server.url, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await signIn(context);
  await page.goto(paths.sessions, { waitUntil: 'networkidle' });
  await page.evaluate(() => document.fonts.ready);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: `${folder}/sessions-${colorScheme}.png` });
  }
} finally {
  await browser.close();
  await server.stop();
}
