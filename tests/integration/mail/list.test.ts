import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MailOutcome } from '#db/store/mails.ts';
import { newPasswordLink } from '#lib/server/mail/links.ts';
import { listUnsentMails } from '#lib/server/mail/list.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
beforeEach(async () => {
  app = await startApp();
});
afterEach(() => app.close());

const email = 'ann@example.org';
const held: MailOutcome = { state: 'held' };

/** Writes a mail of somebody who forgot the password, a second after the last one. */
async function forgotten(recipient = email): Promise<string> {
  app.clock.advance(1);
  const [id, at] = [randomUUID(), app.deps.clock()];
  await app.deps.store.addMail({ id, kind: 'password_reset', recipient, at, userAgent: null, ip: '203.0.113.0' });
  return id;
}

/** Does the sender's work: gives the mail that is due a link, and settles it. Returns the link's token. */
async function settle(outcome: MailOutcome): Promise<string> {
  const { store, clock, mailSecrets } = app.deps;
  const now = clock();
  const mail = await store.claimMail(now, new Date(now.getTime() + 60_000));
  const user = mail && (await store.findUserByEmail(mail.recipient));
  if (!mail || !user) throw new Error('No mail is due, or it is nobody’s.');
  const link = newPasswordLink(app.deps, { kind: 'reset', userId: user.id, email: user.email });
  // A link of its own for each mail.
  await store.linkMail(mail, link, new Date(now.getTime() + 24 * 60 * 60_000));
  await store.settleMail(mail.id, mail.attempts, outcome);
  const found = await store.findMail(mail.id);
  const linked = found?.linkId ? await store.findMailLink(found.linkId, now) : null;
  return (linked && mailSecrets.tokenOf(linked.link)) ?? '';
}

const list = () => listUnsentMails(app.deps);
const idsOf = (mails: { id: string }[]) => mails.map(({ id }) => id);

test('a mail is listed once it is known whose it is, with the link that it brings', async () => {
  await signedUp(email);
  expect(await list()).toEqual([]);
  const id = await forgotten();
  expect(await list()).toEqual([]);
  const token = await settle(held);
  const [mail, ...more] = await list();
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ id, recipient: email, at: '2026-11-23T12:00:01.000Z' });
  expect(mail?.letter?.parts).toContainEqual({
    kind: 'link',
    label: 'Set a new password',
    href: `http://localhost:3000/reset#${token}`,
  });
});

test('what was used stays in the list without its link', async () => {
  await signedUp(email);
  const id = await forgotten();
  const token = await settle(held);
  const json = { token, new_password: 'quite different unrelated words' };
  expect((await new Browser().send('POST', '/api/auth/password/reset', { json })).status).toBe(204);
  const mails = await list();
  expect(mails.find((mail) => mail.id === id)).toMatchObject({ recipient: email, letter: null });
  // Nobody has looked at the notice: it says the same at once.
  expect(mails.map(({ letter }) => letter?.subject)).toContain('Your password was reset');
  expect(JSON.stringify(mails)).not.toContain(token);
});

test('so does one whose link is too old', async () => {
  await signedUp(email);
  const id = await forgotten();
  await settle(held);
  app.clock.advance(3600);
  expect(await list()).toMatchObject([{ id, letter: null }]);
});

test('the newest stands first, and what was sent, dropped or given up is not listed', async () => {
  await signedUp(email);
  const first = await forgotten();
  await settle(held);
  const outcomes: MailOutcome[] = [
    { state: 'sent' },
    { state: 'dropped' },
    { state: 'failed', purgeAt: app.deps.clock(), smtpCode: '550' },
  ];
  for (const outcome of outcomes) {
    await forgotten();
    await settle(outcome);
  }
  const last = await forgotten();
  await settle(held);
  expect(idsOf(await list())).toEqual([last, first]);
});

test('an address is shown as people write it', async () => {
  await signedUp('ann@bücher.example');
  await forgotten('ann@xn--bcher-kva.example');
  await settle(held);
  expect((await list())[0]?.recipient).toBe('ann@bücher.example');
});
