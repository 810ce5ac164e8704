/** HTTP Basic in front of the app, as on a staging site: asked of every request, and set up as docs/deploy.md says. */
import { createServer, request } from 'node:http';
import { publicEndpoints } from '#lib/core/routes.ts';
import { expect, signUp, test } from '#tests/e2e/fixtures.ts';
import { callByHand, openTab } from '#tests/e2e/network-fixtures.ts';
import { freePort, startServer } from '#tests/support/server.ts';

const team = { username: 'team', password: 'staging' };
const basic = `Basic ${btoa(`${team.username}:${team.password}`)}`;

/** Asks every request for the team's password, but for guarded calls that bring a token once `set.isAsDocumented`. */
async function startBasicAuth(port: number, targetPort: number, set: { isAsDocumented: boolean }) {
  const server = createServer((incoming, outgoing) => {
    const { method, url: path = '', headers } = incoming;
    const isPublic = publicEndpoints.some((one) => one === path.split('?', 1)[0]);
    const isCall = path.startsWith('/api/') && !isPublic && headers.authorization?.startsWith('Bearer ');
    if (!(set.isAsDocumented && isCall) && headers.authorization !== basic)
      return outgoing.writeHead(401, { 'WWW-Authenticate': 'Basic realm="Staging"' }).end('<h1>401</h1>');
    const onward = request({ port: targetPort, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}

test('HTTP Basic in front that refuses bearer tokens is named, and as docs/deploy.md sets it up the app works', async ({
  browser,
  email,
}) => {
  const [port, targetPort] = [await freePort(), await freePort()];
  const url = `http://localhost:${port}`;
  const server = await startServer({ PORT: String(targetPort), APP_URL: url });
  const set = { isAsDocumented: false };
  const stop = await startBasicAuth(port, targetPort, set);
  const context = await browser.newContext({ baseURL: url, httpCredentials: team });
  try {
    await signUp(context, email);
    const page = await openTab(context);
    await page.getByRole('button', { name: 'End all other sessions' }).click();
    await expect(page.getByRole('alert').filter({ hasText: 'asks for a sign-in of its own (401)' })).toBeVisible();
    set.isAsDocumented = true;
    await callByHand(page);
    await page.goto('about:blank');
    await context.clearCookies();
    expect((await page.goto('/login'))?.status()).toBe(200);
    expect((await fetch(`${url}/login`, { headers: { Authorization: 'Bearer x' } })).status).toBe(401);
  } finally {
    await context.close();
    await stop();
    await server.stop();
  }
});
