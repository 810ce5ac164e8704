import { describe, expect, test } from 'vitest';
import { sender, smtpUrl } from './smtp.ts';

/** The problems with a value, or its parts. */
function told<T>(check: {
  safeParse(text: string): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } };
}) {
  return (text: string): T | string[] => {
    const parsed = check.safeParse(text);
    return parsed.success ? parsed.data : parsed.error.issues.map(({ message }) => message);
  };
}

const url = told(smtpUrl);
const from = told(sender);
const login = { user: 'ada', password: 'hunter2' };

describe('SMTP_URL', () => {
  test.each([
    ['smtps://ada:hunter2@mail.example.org:465', { host: 'mail.example.org', port: 465, tls: 'implicit', login }],
    ['smtps://ada:hunter2@mail.example.org', { host: 'mail.example.org', port: 465, tls: 'implicit', login }],
    ['smtps://ada:hunter2@mail.example.org:8465/', { host: 'mail.example.org', port: 8465, tls: 'implicit', login }],
    ['smtp://ada:hunter2@mail.example.org:587', { host: 'mail.example.org', port: 587, tls: 'starttls', login }],
    ['SMTP://ada:hunter2@mail.example.org', { host: 'mail.example.org', port: 587, tls: 'starttls', login }],
    ['smtp://mail.example.org:25', { host: 'mail.example.org', port: 25, tls: 'starttls', login: null }],
    ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, tls: 'implicit', login: null }],
    ['smtp://localhost:25?tls=off', { host: 'localhost', port: 25, tls: 'off', login: null }],
    ['smtp://127.0.0.1/?tls=off', { host: '127.0.0.1', port: 587, tls: 'off', login: null }],
    ['smtp://[::1]:1025?tls=off', { host: '::1', port: 1025, tls: 'off', login: null }],
  ])('%s is taken', (text, parts) => {
    expect(url(text)).toEqual(parts);
  });

  test('may have signs in user and password, percent-encoded', () => {
    const encoded = `smtp://${encodeURIComponent('ada@example.org')}:${encodeURIComponent('p@:/?#%ä')}@mail.example.org`;
    expect(url(encoded)).toMatchObject({ login: { user: 'ada@example.org', password: 'p@:/?#%ä' } });
  });

  const form = 'must be like smtps://USER:PASSWORD@HOST:465, or smtp://USER:PASSWORD@HOST:587 for STARTTLS';
  const half = 'needs both a user and a password, with signs in them percent-encoded, or neither';
  const unknown = 'takes no parameter but tls=off';
  const clear = 'takes tls=off only with smtp: and without user and password, which need TLS';
  test.each([
    ['mail.example.org', form],
    ['mail.example.org:587', form],
    ['https://mail.example.org', form],
    ['smtp:mail.example.org', form],
    ['smtp://', form],
    ['smtp://:587', form],
    ['smtp://mail.example.org:99999', form],
    ['smtp://ada:hunter2#@mail.example.org', form],
    ['smtp://ada:hunter2/@mail.example.org', form],
    ['smtp://mail.example.org/inbox', form],
    ['smtp://mail.example.org#tls=off', form],
    ['smtp://mail.exämple.org', form],
    ['smtp://mail.example.org%0d%0aRCPT', form],
    ['smtp://mail example.org', form],
    ['smtp://ada@mail.example.org', half],
    ['smtp://:hunter2@mail.example.org', half],
    ['smtp://ada:hunter%@mail.example.org', half],
    ['smtp://ada:%ff@mail.example.org', half],
    ['smtp://mail.example.org?tls=on', unknown],
    ['smtp://mail.example.org?tls', unknown],
    ['smtp://mail.example.org?TLS=off', unknown],
    ['smtp://mail.example.org?pool=true', unknown],
    ['smtp://localhost?tls=off&tls=off', unknown],
    ['smtp://ada:hunter2@localhost?tls=off', clear],
    ['smtps://localhost?tls=off', clear],
  ])('%s is refused', (text, problem) => {
    expect(url(text)).toEqual([problem]);
  });
});

describe('MAIL_FROM', () => {
  test.each([
    ['Latchkey <sign-in@example.org>', { name: 'Latchkey', address: 'sign-in@example.org' }],
    ['"Latchkey"  <sign-in@example.org>', { name: 'Latchkey', address: 'sign-in@example.org' }],
    ['Über uns <a.b+c_d@mail.example.org>', { name: 'Über uns', address: 'a.b+c_d@mail.example.org' }],
    ["O'Neil & Sons <sign-in@example.org>", { name: "O'Neil & Sons", address: 'sign-in@example.org' }],
    ['<sign-in@example.org>', { name: '', address: 'sign-in@example.org' }],
    ['sign-in@example.org', { name: '', address: 'sign-in@example.org' }],
    ['root@localhost', { name: '', address: 'root@localhost' }],
    ['Latchkey <sign-in@xn--exmple-cua.org>', { name: 'Latchkey', address: 'sign-in@xn--exmple-cua.org' }],
    // A comment in the name is text: it is quoted when it is sent.
    ['Latchkey (bcc) <sign-in@example.org>', { name: 'Latchkey (bcc)', address: 'sign-in@example.org' }],
  ])('%s is taken', (text, parts) => {
    expect(from(text)).toEqual(parts);
  });

  test.each([
    // Line breaks, which would begin another header or SMTP command.
    'Latchkey\r\nBcc: eve@example.net <sign-in@example.org>',
    'Latchkey\nX <sign-in@example.org>',
    'Latchkey <sign-in@example.org>\r\nBcc: eve@example.net',
    'Latchkey <sign-in@example.org\r\nRCPT TO:<eve@example.net>>',
    'sign-in@example.org\r\n',
    'Latch\0key <sign-in@example.org>',
    'Latch\u0085key <sign-in@example.org>',
    '\ud800 <sign-in@example.org>',
    // More than one address.
    'Latchkey <sign-in@example.org>, Eve <eve@example.net>',
    'sign-in@example.org,eve@example.net',
    'sign-in@example.org;eve@example.net',
    'eve@example.net <sign-in@example.org>',
    'Latchkey <sign-in@example.org> <eve@example.net>',
    'Latchkey <sign-in@example.org><eve@example.net>',
    // Groups and routes.
    'Team: sign-in@example.org, eve@example.net;',
    'Team:sign-in@example.org;',
    'Team: Latchkey <sign-in@example.org>;',
    '<@relay.example.net:sign-in@example.org>',
    // Quotes and comments, which hide where an address ends.
    '"Latchkey <sign-in@example.org>',
    'Latchkey" <sign-in@example.org>',
    'Latch"key <sign-in@example.org>',
    '"Latch\\"key" <sign-in@example.org>',
    '"eve@example.net>"@example.org',
    'Latchkey <"eve@example.net x"@example.org>',
    'Latchkey <"sign-in"@example.org>',
    'sign-in@example.org (comment)',
    'sign-in(comment)@example.org',
    'Latchkey <sign-in@example.org(comment)>',
    '(eve@example.net) sign-in@example.org',
    // What is no address.
    '',
    'Latchkey',
    'Latchkey <>',
    'Latchkey <sign-in>',
    'Latchkey <@example.org>',
    'Latchkey <sign-in@>',
    'Latchkey <sign-in@example..org>',
    'Latchkey <sign-in@example.org.>',
    'Latchkey <sign in@example.org>',
    'Latchkey <sign-in@example.org@example.net>',
    'Latchkey <sign-in@[192.0.2.1]>',
    'Latchkey <sign-in@exämple.org>',
    'Latchkey <sïgn-in@example.org>',
    'Latchkey <sign-in\u200b@example.org>',
    `Latchkey <${'a'.repeat(65)}@example.org>`,
    `Latchkey <sign-in@${'a'.repeat(64)}.org>`,
    'Latchkey <sign-in@example.org> x',
    'mailto:sign-in@example.org',
  ])('%j is refused', (text) => {
    expect(from(text)).toEqual(['must be like Latchkey <sign-in@example.org>']);
  });
});
