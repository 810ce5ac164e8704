/** The operator's commands for mail, on an outbox that the app fills and empties, and against real SMTP servers. */
import { once } from 'node:events';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type MailRow, mailStates } from '#db/store/mails.ts';
import { startSender } from '#lib/server/mail/sender.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';
import { testEnvironment } from '#tests/support/environment.ts';
import { freePort } from '#tests/support/server.ts';
import { latchkey as run } from '#tests/support/terminal.ts';

const publiclyTrusted = getCACertificates('default');
const MAIL_FROM = 'Latchkey <sign-in@example.org>';
const stops: (() => Promise<unknown>)[] = [];
let app: TestApp;
beforeEach(async () => {
  app = await startApp();
  // The commands go by the real clock.
  app.clock.now = new Date();
});
afterEach(async () => {
  setDefaultCACertificates(publiclyTrusted);
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await app.close();
});

const latchkey = (words: string, settings: Record<string, string> = {}) =>
  run(words.split(' '), { environment: testEnvironment({ DATABASE_URL: app.deps.env.DATABASE_URL, ...settings }) });
const forgot = (email: string) => new Browser().send('POST', '/api/auth/password/forgot', { json: { email } });
const newPassword = 'quite different unrelated words';

/** An SMTP server in clear without a login, unless `options` say otherwise. Keeps what it gets. */
async function startSmtp(options: SMTPServerOptions = {}) {
  const received: { from: string; to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    async onData(stream, { envelope }, done) {
      const parts: Buffer[] = [];
      for await (const part of stream) parts.push(part);
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      received.push({ from, to: envelope.rcptTo.map(({ address }) => address), text: Buffer.concat(parts).toString() });
      done();
    },
    ...options,
  });
  // A client that trusts it not goes away in the middle.
  server.on('error', () => {});
  const listener = server.listen(0, 'localhost');
  await once(listener, 'listening');
  stops.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const address = listener.address();
  return { port: typeof address === 'object' && address ? address.port : 0, received };
}

const answering = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });
const refusing: SMTPServerOptions = { onRcptTo: (_to, _session, done) => done(answering(550, 'No such mailbox')) };

/** Lets the app's own sender go through what waits: with `smtp` by that server, else until it can be read. */
async function emptyOutbox(smtp?: SMTPServerOptions): Promise<void> {
  const port = smtp && (await startSmtp(smtp)).port;
  await app.restart(port ? { SMTP_URL: `smtp://localhost:${port}?tls=off`, MAIL_FROM } : {});
  const stop = startSender(app.deps);
  await vi.waitFor(async () => expect((await app.deps.store.countMails()).counts.waiting).toBe(0));
  await stop();
}

async function mailTo(recipient: string, kind: MailRow['kind'] = 'password_reset'): Promise<MailRow> {
  const mails = await app.deps.store.listMails(mailStates, 100);
  const [mail, ...more] = mails.filter((one) => one.kind === kind && one.recipient === recipient);
  if (!mail || more.length > 0) throw new Error(`${recipient} has not one mail of this kind.`);
  return mail;
}

/** Somebody with a notice in the outbox. */
async function changedPassword(email: string): Promise<void> {
  const json = { current_password: password, new_password: newPassword };
  expect((await (await signedUp(email)).send('POST', '/api/auth/password', { json })).status).toBe(200);
}

async function redeem(shown: string): Promise<number> {
  const [, token] = /http:\/\/localhost:3000\/reset#([\w.-]+)/.exec(shown) ?? [];
  const json = { token, new_password: newPassword };
  return (await new Browser().send('POST', '/api/auth/password/reset', { json })).status;
}

describe('mail list', () => {
  test('has a line for each mail, the newest first, and masks whose it is', async () => {
    expect(await latchkey('mail list')).toEqual({ code: 0, output: 'No mails.\n' });
    await forgot('nel@example.org');
    app.clock.advance(60);
    await forgot('öda@exämple.org');
    const [newer, older] = await Promise.all([mailTo('öda@xn--exmple-cua.org'), mailTo('nel@example.org')]);
    const end = ({ at }: MailRow) => `waiting  tries 0  code -  ${at.toISOString().slice(0, 16)}\n`;
    expect(await latchkey('mail list')).toEqual({
      code: 0,
      output:
        `${newer.id}  password_reset  ö…@xn--exmple-cua.org  ${end(newer)}` +
        `${older.id}  password_reset  n…@example.org  ${end(older)}`,
    });
  });

  test('--failed has those that failed alone, each with what the server answered last', async () => {
    expect(await latchkey('mail list --failed')).toEqual({ code: 0, output: 'No mail has failed.\n' });
    await changedPassword('ann@example.org');
    await emptyOutbox(refusing);
    await forgot('nel@example.org');
    const { id } = await mailTo('ann@example.org', 'notice');
    const { output } = await latchkey('mail list --failed');
    expect(output).toMatch(new RegExp(`^${id}  notice  a…@example\\.org  failed  tries 1  code 550  [\\dT:-]{16}\\n$`));
  });
});

describe('mail show', () => {
  test('prints a link that works, once the app has prepared it, and until it is used', async () => {
    await signedUp('ann@example.org');
    await forgot('ann@example.org');
    const { id } = await mailTo('ann@example.org');
    expect(await latchkey(`mail show ${id}`)).toEqual({
      code: 1,
      output: 'It is not prepared yet. The app does that within seconds, while it runs.\n',
    });
    await emptyOutbox();
    const { code, output } = await latchkey(`mail show ${id}`);
    expect([code, output]).toEqual([0, expect.stringMatching(/^To: a…@example\.org\nSubject: Set a new password\n\n/)]);
    expect(await redeem(output)).toBe(204);
    const after = await latchkey(`mail show ${id}`);
    expect(after).toEqual({ code: 1, output: expect.stringMatching(/^It is void: its link was used, /) });
    const notice = await mailTo('ann@example.org', 'notice');
    expect((await latchkey(`mail show ${notice.id}`)).output).toContain('\nSubject: Your password was reset\n');
  });

  test('prints a link that outlives a rotated key while it is listed, and no longer', async () => {
    await signedUp('ann@example.org');
    await forgot('ann@example.org');
    await emptyOutbox();
    const { id } = await mailTo('ann@example.org');
    const old = testEnvironment().AUTH_SECRET;
    const newest = `${old.replace('tests-only', 'rotated')}-for-tests`;
    const rotated = { AUTH_SECRET: `${newest},${old}` };
    const { output } = await latchkey(`mail show ${id}`, rotated);
    expect(output).toBe((await latchkey(`mail show ${id}`)).output);
    const pruned = { AUTH_SECRET: newest };
    expect(await latchkey(`mail show ${id}`, pruned)).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^It is void/),
    });
    await app.restart(pruned);
    expect(await redeem(output)).toBe(400);
    await app.restart(rotated);
    expect(await redeem(output)).toBe(204);
  });

  test('says so where nobody has the address', async () => {
    await forgot('nobody@example.org');
    await emptyOutbox();
    const { id, state } = await mailTo('nobody@example.org');
    expect(state).toBe('dropped');
    expect(await latchkey(`mail show ${id}`)).toEqual({
      code: 1,
      output: 'It is void: it never got a link. Either no account has this address, or its time was over before.\n',
    });
  });
});

describe('mail retry', () => {
  test('makes one that failed wait again, for a day, and it is sent', async () => {
    await changedPassword('ann@example.org');
    await emptyOutbox(refusing);
    const { id } = await mailTo('ann@example.org', 'notice');
    expect(await latchkey(`mail retry ${id}`)).toEqual({ code: 0, output: 'Waiting to be sent again: 1.\n' });
    const { state, expiresAt } = await mailTo('ann@example.org', 'notice');
    expect([state, expiresAt.getTime() - Date.now()]).toEqual(['waiting', expect.closeTo(86_400_000, -5)]);
    expect(await latchkey(`mail retry ${id}`)).toEqual({ code: 1, output: 'It has not failed: it is waiting.\n' });
    app.clock.now = new Date();
    await emptyOutbox({});
    expect((await mailTo('ann@example.org', 'notice')).state).toBe('sent');
  });

  test('leaves a link’s end where it was, and a mail whose link is void as it is', async () => {
    await changedPassword('eve@example.org');
    for (const email of ['ann@example.org', 'bob@example.org']) {
      await signedUp(email);
      await forgot(email);
    }
    await emptyOutbox(refusing);
    const [good, used] = [await mailTo('ann@example.org'), await mailTo('bob@example.org')];
    expect(await redeem((await latchkey(`mail show ${used.id}`)).output)).toBe(204);
    expect(await latchkey('mail retry --failed')).toEqual({
      code: 0,
      output: 'Waiting to be sent again: 2.\nVoid, and left as they are: 1. Their people can ask again.\n',
    });
    expect(await mailTo('ann@example.org')).toMatchObject({ state: 'waiting', expiresAt: good.expiresAt });
    expect((await mailTo('eve@example.org', 'notice')).state).toBe('waiting');
    expect((await mailTo('bob@example.org')).state).toBe('failed');
    expect((await latchkey(`mail retry ${used.id}`)).code).toBe(1);
  });
});

describe('mail test', () => {
  test('sends one mail, and says who has taken it', async () => {
    const { port, received } = await startSmtp();
    const SMTP_URL = `smtp://localhost:${port}?tls=off`;
    const { code, output } = await latchkey('mail test Ann@Example.org', { SMTP_URL, MAIL_FROM });
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`^The SMTP server at localhost:${port} has taken it for a…@example\\.org, as <`));
    expect(received).toEqual([
      {
        from: 'sign-in@example.org',
        to: ['ann@example.org'],
        text: expect.stringMatching(/^From: Latchkey <sign-in@example\.org>\r$/m),
      },
    ]);
    expect(output).toContain(/^Message-ID: (.*)\r$/im.exec(received[0]?.text ?? '')?.[1]);
    expect(await app.deps.store.listMails(mailStates, 10)).toEqual([]);
  });

  test('says what the server answered in words of its own', async () => {
    const { port } = await startSmtp(refusing);
    const settings = { SMTP_URL: `smtp://localhost:${port}?tls=off`, MAIL_FROM };
    expect(await latchkey('mail test ann@example.org', settings)).toEqual({
      code: 1,
      output: `The SMTP server at localhost:${port} did not take it: it refuses (550).\n`,
    });
    const nobody = { SMTP_URL: `smtps://ada:hunter2@localhost:${await freePort()}`, MAIL_FROM };
    const { code, output } = await latchkey('mail test ann@example.org', nobody);
    expect([code, output]).toEqual([1, expect.stringMatching(/did not take it: the connection fails, or its cert/)]);
  });

  test('needs an address', async () => {
    expect(await latchkey('mail test')).toMatchObject({ code: 2 });
    const { code, output } = await latchkey('mail test ann@localhost');
    expect([code, output]).toEqual([1, 'address: Enter an email address like name@example.org.\n']);
  });
});

test('where mail is off, each says what to do', async () => {
  const commands = ['mail list', 'mail list --failed', 'mail show x', 'mail retry x', 'mail retry --failed'];
  for (const settings of [{ OUTBOX_PAGE: 'off' }, { APP_URL: 'https://app.example.org' }])
    for (const { code, output } of await Promise.all(commands.map((words) => latchkey(words, settings))))
      expect([code, output]).toEqual([1, expect.stringMatching(/^Mail is off\. Set SMTP_URL and MAIL_FROM /)]);
  expect(await latchkey('mail test ann@example.org')).toEqual({
    code: 1,
    output: expect.stringMatching(/^There is no SMTP server to try\. Set SMTP_URL and MAIL_FROM /),
  });
});

test('an id that is unknown is 1, words that make no sense are 2', async () => {
  const answers = await Promise.all(
    ['show 1', 'retry 1', 'show', 'retry', 'retry 1 --failed', 'list 1', 'test'].map((words) =>
      latchkey(`mail ${words}`),
    ),
  );
  expect(answers.map(({ code }) => code)).toEqual([1, 1, 2, 2, 2, 2, 2]);
  expect(answers[0]?.output).toBe('There is no such mail. `mail list` shows them, each with its id.\n');
});

describe('doctor', () => {
  const doctor = (settings: Record<string, string> = {}) => latchkey('doctor http://localhost:9', settings);

  /** An SMTP server behind TLS that knows ada, with a certificate that is trusted unless said otherwise. */
  async function startStrict({ isTrusted = true } = {}): Promise<string> {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }]);
    setDefaultCACertificates(isTrusted ? [...publiclyTrusted, cert] : publiclyTrusted);
    const { port } = await startSmtp({
      secure: true,
      key,
      cert,
      disabledCommands: [],
      onAuth: ({ username, password: word }, _session, done) =>
        username === 'ada' && word === 'hunter2'
          ? done(null, { user: username })
          : done(answering(535, `${username} ${word} is wrong`)),
    });
    return `localhost:${port}`;
  }

  test('signs in at the SMTP server, and sends nothing', async () => {
    const host = await startStrict();
    const { output } = await doctor({ SMTP_URL: `smtps://ada:hunter2@${host}`, MAIL_FROM });
    expect(output).toMatch(new RegExp(`^ok +the SMTP server at ${host} lets this app in$`, 'm'));
    expect(output).toMatch(/^ok +no mail has failed, and none waits for long$/m);
    expect(output).not.toMatch(/hunter2|tls=off|\/outbox/);
  });

  test('says why it is not let in, and quotes neither the password nor the server', async () => {
    const host = await startStrict();
    const wrong = await doctor({ SMTP_URL: `smtps://ada:hunter3@${host}`, MAIL_FROM });
    const says = 'it does not take the user and password of SMTP_URL';
    expect([wrong.code, wrong.output]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^FAIL +the SMTP server at ${host} lets no mail in: ${says} \\(535\\)$`, 'm')),
    ]);
    expect(wrong.output).not.toMatch(/hunter|ada/);
    const untrusted = await startStrict({ isTrusted: false });
    const { output } = await doctor({ SMTP_URL: `smtps://ada:hunter2@${untrusted}`, MAIL_FROM });
    expect(output).toMatch(/^FAIL +the SMTP server at .* the connection fails, or its certificate is not trusted/m);
  });

  test('warns of mail in clear, of mails that failed, and of those that wait for over ten minutes', async () => {
    await changedPassword('ann@example.org');
    await emptyOutbox(refusing);
    app.clock.now = new Date(Date.now() - 9 * 60_000);
    await forgot('nel@example.org');
    const { port } = await startSmtp();
    const settings = { SMTP_URL: `smtp://localhost:${port}?tls=off`, MAIL_FROM };
    const first = await doctor(settings);
    expect(first.output).toMatch(/^warn +SMTP_URL says tls=off/m);
    expect(first.output).toMatch(/^warn +mails that failed: 1\. `mail list --failed` shows them/m);
    expect(first.output).not.toMatch(/mails that wait/);
    app.clock.now = new Date(Date.now() - 11 * 60_000);
    await forgot('nel@example.org');
    expect((await doctor(settings)).output).toMatch(
      /^warn +mails that wait: 2, the oldest for 11 min\. Is the app running\?/m,
    );
  });

  test('says that mails can be read on this machine, or that mail is off', async () => {
    expect((await doctor()).output).toMatch(/^warn +http:\/\/localhost:3000\/outbox is within reach/m);
    const { output } = await doctor({ OUTBOX_PAGE: 'off' });
    expect(output).toMatch(/^ok +mail is off: operators hand over links/m);
    expect(output).not.toMatch(/outbox|none waits/);
  });
});
