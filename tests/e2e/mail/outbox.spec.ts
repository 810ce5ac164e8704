import { ownMachineHeader, paths } from '#lib/core/routes.ts';
import { expect, test } from '#tests/e2e/fixtures.ts';
import { type Answer, HttpClient } from '#tests/support/http-client.ts';
import { mailedLink } from './outbox.ts';

const forged = {
  [ownMachineHeader]: '1',
  'x-middleware-override-headers': ownMachineHeader,
  [`x-middleware-request-${ownMachineHeader}`]: '1',
};

/** It is a page that says that there is nothing, and holds nothing of a mail. */
function expectNothing({ status, headers, body }: Answer, name: string): void {
  expect.soft([name, status]).toEqual([name, 404]);
  expect.soft(headers['cache-control'], name).toBe('private, no-store');
  expect.soft(body, name).not.toMatch(/reset#|<article|To person-/);
}

test('the outbox is there for a browser on the server’s own machine, and names itself to nobody', async ({
  server,
  client,
  email,
}) => {
  const anyone = new HttpClient(server.port);
  const link = await mailedLink(anyone, email);
  expect(link).toContain(`${server.url}/reset#`);
  for (const site of [{}, { 'Sec-Fetch-Site': 'none' }, { 'Sec-Fetch-Site': 'same-origin' }]) {
    const { status, headers, body } = await client.visit(paths.outbox, site);
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'cache-control': 'private, no-store' });
    expect(body).toContain(link);
  }
  for (const [path, policy] of [
    [paths.reset, 'no-referrer'],
    [paths.loginContinue, 'no-referrer'],
    [paths.forgot, 'same-origin'],
    [paths.login, 'same-origin'],
  ] as const)
    expect((await anyone.visit(path)).headers['referrer-policy'], path).toBe(policy);
});

test('it is not there for who came another way, whatever else they say', async ({ server, client, email }) => {
  await mailedLink(new HttpClient(server.port), email);
  const ways: Record<string, Record<string, string>> = {
    'a foreign name': { Host: 'evil.example' },
    'a name that now leads here': { Host: `evil.example:${server.port}` },
    'another name of this machine': { Host: `127.0.0.1:${server.port}` },
    'a link on another site': { 'Sec-Fetch-Site': 'cross-site' },
    'another port of this machine': { 'Sec-Fetch-Site': 'same-site' },
  };
  for (const name of [
    'Forwarded',
    'Via',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-Port',
  ])
    ways[name] = { [name]: '127.0.0.1' };
  for (const [name, headers] of Object.entries(ways)) {
    expectNothing(await client.visit(paths.outbox, headers), name);
    expectNothing(await client.visit(paths.outbox, { ...headers, ...forged }), `${name}, forged`);
    expectNothing(await client.visit(paths.outbox, { ...headers, RSC: '1' }), `${name}, as a flight`);
  }
  // Any other spelling is no page, or leads to this one.
  for (const path of ['/outbox/', '/Outbox', '/%6futbox', '//outbox', '/outbox.rsc', '/outbox/x']) {
    const { status, body } = await client.visit(path, forged);
    expect.soft([path, [200].includes(status)]).toEqual([path, false]);
    expect.soft(body, path).not.toMatch(/reset#|<article/);
  }
});

const elsewhere: Record<string, Record<string, string>> = {
  'a public APP_URL': { APP_URL: 'https://app.example.org' },
  'OUTBOX_PAGE=off': { OUTBOX_PAGE: 'off' },
  'an SMTP server': { SMTP_URL: 'smtp://localhost:9?tls=off', MAIL_FROM: 'Latchkey <latchkey@example.org>' },
};
for (const [name, settings] of Object.entries(elsewhere)) {
  test.describe(`with ${name}`, () => {
    test.use({ settings });

    test('there is no outbox for anybody', async ({ server }) => {
      const anyone = new HttpClient(server.port);
      const host = settings.APP_URL ? { Host: 'app.example.org' } : {};
      for (const headers of [host, { ...host, ...forged }, { ...host, RSC: '1' }])
        expectNothing(await anyone.visit(paths.outbox, headers), JSON.stringify(headers));
      // Where no mail can be sent or read, the pages say so.
      const isOn = settings.SMTP_URL !== undefined;
      expect((await anyone.visit(paths.login)).body.includes('Forgot your password?')).toBe(isOn);
      expect((await anyone.visit(paths.forgot)).body.includes('Ask whoever runs it for a link')).toBe(!isOn);
    });
  });
}
