import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '#db/index.ts';
import { mailRetrySeconds, mailTry } from '#lib/core/policy.ts';
import { outbox } from '#lib/server/mail/outbox.ts';
import { signedUp } from '#tests/support/browser.ts';
import { linkIn, type ReceivedMail } from '#tests/support/received-mail.ts';
import { forgot, type Mailing, reset, startMailing, startRounds } from './mailing.ts';

let mailing: Mailing;
beforeEach(async () => {
  mailing = await startMailing({ LIMIT_MAIL_PER_CLIENT: '100/3600', LIMIT_MAIL_PER_ADDRESS: '100/3600' });
  await signedUp();
});
afterEach(() => mailing.close());

const ann = 'ann@example.org';
const idOf = (mail: ReceivedMail) => mail.headers.get('message-id');
const never = () => new Promise<never>(() => {});

/** Gives the server a verdict for its next mail; later ones are taken. */
function judgeNext(verdict: 'lost' | number): void {
  const { smtp } = mailing;
  smtp.judge = () => {
    smtp.judge = () => 'taken';
    return verdict;
  };
}

test('a mail has its envelope, the id of its row, the time of what it tells of, and both bodies', async () => {
  const { app, smtp, round, outbox, lines } = mailing;
  await forgot(ann);
  app.clock.advance(5);
  const mail = await smtp.nextMail();
  await round();
  const [row] = await outbox();
  expect([mail.from, mail.to]).toEqual(['sign-in@example.org', [ann]]);
  expect(Object.fromEntries(mail.headers)).toMatchObject({
    from: 'Latchkey <sign-in@example.org>',
    to: ann,
    subject: 'Set a new password',
    'message-id': `<${row?.id}@localhost>`,
    date: 'Mon, 23 Nov 2026 12:00:00 +0000',
    'auto-submitted': 'auto-generated',
  });
  expect(mail.html).toContain(linkIn(mail));
  expect(row).toMatchObject({ state: 'sent', attempts: 1 });
  expect(lines).toContainEqual(expect.objectContaining({ event: 'mail_sent', id: row?.id, kind: 'password_reset' }));
  expect(await reset(linkIn(mail))).toBe(204);
});

test('what is refused for now comes again when it is due, with the same id, words and link', async () => {
  const { app, smtp, round, outbox } = mailing;
  judgeNext(451);
  await forgot(ann);
  const first = await smtp.nextMail();
  await round();
  expect(await outbox()).toMatchObject([{ state: 'waiting', attempts: 1, smtpCode: '451' }]);
  app.clock.advance(mailRetrySeconds(1) - 1);
  await round();
  expect(smtp.mails).toHaveLength(1);
  app.clock.advance(1);
  await round();
  const { text, html, headers } = await smtp.nextMail();
  expect({ text, html, id: headers.get('message-id'), date: headers.get('date') }).toEqual({
    ...{ text: first.text, html: first.html },
    ...{ id: idOf(first), date: first.headers.get('date') },
  });
  expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 2 }]);
});

test('what is refused for good has failed at once, and the log says so without an address', async () => {
  const { app, smtp, round, outbox, lines } = mailing;
  judgeNext(550);
  await forgot(ann);
  await round();
  const [row] = await outbox();
  expect(row).toMatchObject({ state: 'failed', attempts: 1, smtpCode: '550' });
  const [line] = lines.filter(({ event }) => event === 'mail_failed');
  expect(line).toMatchObject({ level: 'warn', id: row?.id, kind: 'password_reset', code: '550', isFinal: true });
  expect(JSON.stringify(lines)).not.toContain(ann);
  app.clock.advance(60 * 60);
  await round();
  expect(smtp.mails).toHaveLength(1);
});

test('a mail whose 250 was lost comes again, with the same id', async () => {
  const { app, smtp, round } = mailing;
  judgeNext('lost');
  await forgot(ann);
  const first = await smtp.nextMail();
  await round();
  app.clock.advance(mailRetrySeconds(1));
  await round();
  const again = await smtp.nextMail();
  expect([idOf(again), linkIn(again)]).toEqual([idOf(first), linkIn(first)]);
});

test('a process that is killed between the 250 and the mark leaves the mail to the next, with the same id', async () => {
  const { app, smtp, round, outbox } = mailing;
  const { settleMail } = app.deps.store;
  app.deps.store.settleMail = async () => {
    throw new Error('Killed.');
  };
  await forgot(ann);
  const first = await smtp.nextMail();
  await round();
  app.deps.store.settleMail = settleMail;
  app.clock.advance(mailTry.hiddenSeconds - 1);
  await round();
  expect(smtp.mails).toHaveLength(1);
  app.clock.advance(1);
  await round();
  const again = await smtp.nextMail();
  expect([idOf(again), linkIn(again)]).toEqual([idOf(first), linkIn(first)]);
  expect(await outbox()).toMatchObject([{ state: 'sent', attempts: 2 }]);
});

test('several senders on one database send each mail once', async () => {
  const { app, smtp, stop, outbox: rows } = mailing;
  await stop();
  for (let count = 0; count < 12; count++) await forgot(ann);
  const stores = await Promise.all([1, 2, 3].map(() => openStore(app.deps.env.DATABASE_URL)));
  const senders = stores.map((store) => startRounds({ ...app.deps, store, outbox: outbox() }));
  await Promise.all(senders.map(({ round }) => round()));
  await Promise.all(senders.map((sender) => sender.stop()));
  await Promise.all(stores.map((store) => store.close()));
  expect((await rows()).map(({ state, attempts }) => [state, attempts])).toEqual(Array(12).fill(['sent', 1]));
  expect(smtp.mails).toHaveLength(12);
  expect(new Set(smtp.mails.map(idOf)).size).toBe(12);
});

test('a mail to an address that has no account goes to nobody', async () => {
  const { smtp, round, outbox } = mailing;
  expect(await forgot('nobody@example.org')).toBe(202);
  await round();
  expect(await outbox()).toMatchObject([{ state: 'dropped', userId: null, linkId: null }]);
  expect(smtp.mails).toEqual([]);
});

test('a mail whose link was used meanwhile is not sent again', async () => {
  const { app, smtp, round, outbox } = mailing;
  judgeNext(451);
  await forgot(ann);
  const link = linkIn(await smtp.nextMail());
  await round();
  expect(await reset(link)).toBe(204);
  app.clock.advance(mailRetrySeconds(1));
  await round();
  const states = (await outbox()).map(({ kind, state }) => [kind, state]);
  expect(Object.fromEntries(states)).toEqual({ password_reset: 'dropped', notice: 'sent' });
  expect(smtp.mails).toHaveLength(2);
});

describe('a mail that cannot be sent', () => {
  beforeEach(() => {
    mailing.smtp.judge = () => 451;
  });

  /** Brings the time of each next try about, until there is none. Answers the minutes after which each came. */
  async function tries(): Promise<number[]> {
    const { app, round, outbox } = mailing;
    const count = async () => (await outbox()).reduce((sum, { attempts }) => sum + attempts, 0);
    const [start, minutes] = [app.clock.now.getTime(), [] as number[]];
    for (let before = 0; ; ) {
      await round();
      const after = await count();
      if (after > before) minutes.push(Math.floor((app.clock.now.getTime() - start) / 60_000));
      before = after;
      const waiting = (await outbox()).find(({ state }) => state === 'waiting');
      if (!waiting) return minutes;
      app.clock.now = waiting.dueAt;
    }
  }

  test('is given up with its link', async () => {
    await forgot(ann);
    expect(await tries()).toEqual([0, 0, 1, 6, 21]);
    expect(await mailing.outbox()).toMatchObject([{ state: 'failed', smtpCode: '451' }]);
  });

  test('is given up after a day where it brings none', async () => {
    const { deps } = mailing.app;
    await forgot(ann);
    const link = linkIn(await mailing.smtp.nextMail());
    await mailing.round();
    expect(await reset(link)).toBe(204);
    await mailing.smtp.stop();
    const minutes = await tries();
    expect([minutes.length, Math.floor((minutes.at(-1) ?? 0) / 60)]).toEqual([28, 23]);
    expect(await deps.store.listMails(['failed'], 10)).toMatchObject([{ kind: 'notice', smtpCode: 'ESOCKET' }]);
  });

  test('has failed as EXPIRED where nobody tried in time', async () => {
    const { app, smtp, round, outbox, lines } = mailing;
    await forgot(ann);
    await round();
    app.clock.advance(60 * 60);
    await round();
    expect(await outbox()).toMatchObject([{ state: 'failed', smtpCode: 'EXPIRED' }]);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'mail_failed', code: 'EXPIRED', isFinal: true }));
    expect(smtp.mails).toHaveLength(1);
  });

  test('leaves the way to others free', async () => {
    const { app, smtp, round } = mailing;
    await signedUp('bob@example.org');
    smtp.judge = ({ to }) => (to.includes(ann) ? 451 : 'taken');
    await forgot(ann);
    await round();
    app.clock.advance(mailRetrySeconds(1));
    await forgot('bob@example.org');
    await round();
    expect(smtp.mails.map(({ to }) => to[0])).toEqual([ann, ann, 'bob@example.org']);
  });
});

test('a mail that is asked for while another is on its way is sent after it, without a wait', async () => {
  const { smtp } = mailing;
  await signedUp('bob@example.org');
  let letGo = () => {};
  smtp.judge = () =>
    new Promise((resolve) => {
      letGo = () => resolve('taken');
    });
  await forgot(ann);
  expect((await smtp.nextMail()).to).toEqual([ann]);
  await forgot('bob@example.org');
  letGo();
  expect((await smtp.nextMail()).to).toEqual(['bob@example.org']);
  letGo();
});

describe('while the SMTP server hangs', () => {
  test.each(['greeting', 'mail'] as const)('at its %s, every request is answered, and the try ends', async (place) => {
    await mailing.close();
    mailing = await startMailing({}, { ...mailTry, seconds: 0.3 });
    const { smtp, round, outbox } = mailing;
    const browser = await signedUp();
    smtp.hangsAt = place;
    expect(await forgot(ann)).toBe(202);
    await smtp.nextConnection();
    expect([await forgot(ann), (await browser.send('GET', '/api/me')).status]).toEqual([202, 200]);
    await smtp.nextClosing();
    await round();
    expect((await outbox())[0]).toMatchObject({ state: 'waiting', smtpCode: 'ETIME' });
  });

  test('a process ends in time, and the next one sends the mail', async () => {
    await mailing.close();
    mailing = await startMailing({}, { ...mailTry, stopSeconds: 0.1 });
    const { app, smtp, stop } = mailing;
    await signedUp();
    smtp.judge = never;
    await forgot(ann);
    const first = await smtp.nextMail();
    await stop();
    smtp.judge = () => 'taken';
    app.clock.advance(mailTry.hiddenSeconds);
    const next = startRounds({ ...app.deps, outbox: outbox() });
    await next.round();
    await next.stop();
    expect(idOf(await smtp.nextMail())).toBe(idOf(first));
  });
});

test('a process that ends waits for the mail that is on its way', async () => {
  const { smtp, stop, outbox } = mailing;
  let letGo = () => {};
  smtp.judge = () =>
    new Promise((resolve) => {
      letGo = () => resolve('taken');
    });
  await forgot(ann);
  await smtp.nextMail();
  const stopped = stop();
  letGo();
  await stopped;
  expect(await outbox()).toMatchObject([{ state: 'sent' }]);
});
