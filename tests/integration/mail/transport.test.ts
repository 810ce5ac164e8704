import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { sender, smtpUrl } from '#lib/core/mail/smtp.ts';
import { smtpTransport } from '#lib/server/mail/transport.ts';
import { type RunningSmtp, type SmtpSetup, startSmtp } from '#tests/support/smtp.ts';

const trusted = getCACertificates('default');
let smtp: RunningSmtp;
afterEach(async () => {
  setDefaultCACertificates(trusted);
  await smtp.stop();
});

const from = sender.parse('Latchkey <sign-in@example.org>');
const login = { user: 'ann', password: 'canary-smtp-password' };
const recipient = 'ann@example.org';
const message = {
  messageId: '<1@localhost>',
  recipient,
  at: new Date('2026-11-23T12:00:00Z'),
  letter: { subject: 'Canary subject', parts: [{ kind: 'text', text: 'Canary words' }] },
} as const;

/** Starts the server; answers the transport to it by a URL, in which `PORT` stands for its port. */
async function transportTo(url: string, setup: SmtpSetup, isTrusted = false) {
  smtp = await startSmtp(setup);
  if (isTrusted) setDefaultCACertificates([...trusted, smtp.certificate]);
  return smtpTransport(smtpUrl.parse(url.replace('PORT', String(smtp.port))), from);
}

const withLogin = `smtp://${login.user}:${login.password}@127.0.0.1:PORT`;

/** All that a stranger on the way, or the wrong server, must not hear. */
function expectNothingSaid(): void {
  const said = [login.password, recipient, from.address, message.letter.subject, 'AUTH', 'MAIL FROM', 'RCPT'];
  const secrets = [login.user, login.password, `\0${login.user}\0${login.password}`].map((text) => btoa(text));
  const wire = smtp.wire();
  expect(wire.length).toBeGreaterThan(0);
  expect([...said, ...secrets].filter((words) => wire.includes(words))).toEqual([]);
  expect([smtp.senders, smtp.mails]).toEqual([[], []]);
}

test('without STARTTLS nothing is said in clear, whatever the server offers', async () => {
  const transport = await transportTo(withLogin, { login });
  for (const result of [await transport.send(message), await transport.check()])
    expect(result).toEqual({ kind: 'failed', code: 'ETLS' });
  expect(smtp.wire()).toMatch(/^EHLO [^\r]+\r\nSTARTTLS\r\n/);
  expectNothingSaid();
});

test.each([
  ['after STARTTLS', withLogin, 'starttls'],
  ['from the first byte', withLogin.replace('smtp:', 'smtps:'), 'implicit'],
] as const)('with a certificate that nobody vouches for nothing is said, with TLS %s', async (_name, url, tls) => {
  const transport = await transportTo(url, { tls, login });
  for (const result of [await transport.send(message), await transport.check()])
    expect(result).toEqual({ kind: 'failed', code: expect.stringMatching(/^E(SOCKET|TLS)$/) });
  expectNothingSaid();
});

test('a certificate for another host is none', async () => {
  const transport = await transportTo(withLogin.replace('127.0.0.1', 'localhost'), { tls: 'starttls', login }, true);
  expect(await transport.send(message)).toMatchObject({ kind: 'failed' });
  expectNothingSaid();
});

test.each([
  ['after STARTTLS', withLogin, 'starttls'],
  ['from the first byte', withLogin.replace('smtp:', 'smtps:'), 'implicit'],
] as const)(
  'with a good certificate a mail goes out, and the wire tells nothing of it, with TLS %s',
  async (_name, url, tls) => {
    const transport = await transportTo(url, { tls, login }, true);
    expect(await transport.check()).toEqual({ kind: 'sent' });
    expect(smtp.mails).toEqual([]);
    expect(await transport.send(message)).toEqual({ kind: 'sent' });
    expect(await smtp.nextMail()).toMatchObject({ from: from.address, to: [recipient] });
    expect(smtp.wire()).not.toMatch(/canary|AUTH|MAIL FROM/i);
  },
);

test('a login that is refused is no end of the mail: an operator sets it right', async () => {
  const transport = await transportTo(withLogin.replace(login.password, 'wrong'), { tls: 'starttls', login }, true);
  expect(await transport.send(message)).toEqual({ kind: 'failed', code: '535' });
  expect(await transport.check()).toEqual({ kind: 'failed', code: '535' });
});

test('with tls=off and no login a mail goes out in clear', async () => {
  const transport = await transportTo('smtp://127.0.0.1:PORT?tls=off', {});
  expect(await transport.send(message)).toEqual({ kind: 'sent' });
  expect(await smtp.nextMail()).toMatchObject({ to: [recipient] });
});

test.each([
  [451, 'failed'],
  [550, 'refused'],
] as const)('%i to a mail is %s', async (code, kind) => {
  const transport = await transportTo('smtp://127.0.0.1:PORT?tls=off', {});
  smtp.judge = () => code;
  expect(await transport.send(message)).toEqual({ kind, code: String(code) });
});

test('nobody listening is no end of the mail', async () => {
  const transport = await transportTo('smtp://127.0.0.1:PORT?tls=off', {});
  await smtp.stop();
  expect(await transport.send(message)).toEqual({ kind: 'failed', code: 'ESOCKET' });
});

// What an address may be is decided by lib/core/accounts/email.ts; these all may.
test.each([
  "o'brien+tag@example.org",
  'a!b%c@example.org',
  'a=b/c{d}|e~`f^g$h&i*j?k#l@example.org',
  '=?utf-8?q?eve=40example.net?=@example.org',
  'bücher@example.org',
  'ann@xn--bcher-kva.example',
])('%s is one recipient, in the envelope and in the mail', async (address) => {
  const transport = await transportTo('smtp://127.0.0.1:PORT?tls=off', {});
  expect(await transport.send({ ...message, recipient: address })).toEqual({ kind: 'sent' });
  const { headers, raw } = await smtp.nextMail();
  const said = Buffer.from(smtp.wire(), 'latin1').toString('utf8');
  expect(said.match(/^RCPT.*?(?=\r)/gm)).toEqual([`RCPT TO:<${address}>`]);
  expect(Buffer.from(headers.get('to') ?? '', 'latin1').toString('utf8')).toBe(address);
  expect(raw.match(/^(to|cc|bcc):/gim)).toEqual(['To:']);
});

// None of these gets as far as here. Should one, it is a single strange recipient, and nobody in it is one.
test.each([
  ['two with a comma', 'ann@example.org, eve@example.net'],
  ['two with a semicolon', 'ann@example.org; eve@example.net'],
  ['one with a name', 'Ann <eve@example.net>'],
  ['one in quotes', '"ann@example.org eve@example.net"'],
  ['one with a comment', '(ann@example.org)eve@example.net'],
  ['one with a header behind it', 'ann@example.org\r\nBcc: eve@example.net'],
  ['one with a command behind it', 'ann@example.org>\r\nRCPT TO:<eve@example.net'],
  ['a group', 'all:ann@example.org,eve@example.net;'],
])('%s for a recipient reaches nobody in it', async (_name, address) => {
  const transport = await transportTo('smtp://127.0.0.1:PORT?tls=off', {});
  await transport.send({ ...message, recipient: address });
  const recipients = smtp.wire().match(/^RCPT.*?(?=\r)/gm);
  expect(recipients).toHaveLength(1);
  expect(recipients?.[0]).not.toMatch(/<(ann@example\.org|eve@example\.net)>/);
});
