import { describe, expect, test } from 'vitest';
import type { MailRow } from '#db/store/mails.ts';
import type { Store } from '#db/store/store.ts';
import { aClaimedMail, aMail, hour, inParallel, later, now } from './fixtures.ts';

const minute = 60 * 1000;
const day = 24 * hour;

export function mailContract(store: () => Store): void {
  const claim = (at: Date, hiddenUntil = new Date(at.getTime() + minute)) => store().claimMail(at, hiddenUntil);
  async function rowOf({ id }: { id: string }): Promise<MailRow> {
    const found = await store().findMail(id);
    if (found === null) throw new Error('There is no such mail.');
    return found;
  }
  async function failed(): Promise<MailRow> {
    const mail = await aClaimedMail(store());
    await store().settleMail(mail.id, 1, { state: 'failed', purgeAt: later(day), smtpCode: '550' });
    return rowOf(mail);
  }

  describe('a mail', () => {
    test('waits from the time that it tells of, and names no account', async () => {
      const mail = aMail({ userAgent: null, ip: '192.0.2.0' });
      await store().addMail(mail);
      expect(await rowOf(mail)).toEqual({
        ...mail,
        ...{
          userId: null,
          linkId: null,
          signUpId: null,
          emailChangeId: null,
          detail: null,
          eventType: null,
          smtpCode: null,
        },
        ...{ state: 'waiting', attempts: 0, dueAt: now, expiresAt: later(hour), purgeAt: later(7 * day) },
      });
      expect(await store().findMail('another')).toBeNull();
    });

    test('is claimed when it is due, not before, and not again while it is hidden', async () => {
      const mail = aMail();
      await store().addMail(mail);
      expect(await claim(later(-1))).toBeNull();
      expect(await claim(now)).toEqual({ ...(await rowOf(mail)), attempts: 1, dueAt: later(minute) });
      expect(await claim(later(minute - 1))).toBeNull();
      expect(await claim(later(minute))).toMatchObject({ id: mail.id, attempts: 2, dueAt: later(2 * minute) });
    });

    test('that is due the longest is claimed first', async () => {
      const due = [3, 1, 2].map((ms) => aMail({ at: later(ms) }));
      for (const mail of due) await store().addMail(mail);
      for (const ms of [1, 2, 3]) expect(await claim(later(3))).toMatchObject({ at: later(ms) });
      expect(await claim(later(3))).toBeNull();
    });

    test('is claimed by one of twenty at once, and each of them gets one while there are some', async () => {
      const mails = Array.from({ length: 15 }, (_, index) => aMail({ at: later(index) }));
      for (const mail of mails) await store().addMail(mail);
      const claimed = await inParallel(20, () => claim(later(1000)));
      const ids = claimed.flatMap((mail) => mail?.id ?? []);
      expect(ids).toHaveLength(15);
      expect(ids.sort()).toEqual(mails.map(({ id }) => id).sort());
      expect(claimed.every((mail) => mail === null || mail.attempts === 1)).toBe(true);
    });

    test('is claimed by one of twenty at once', async () => {
      await store().addMail(aMail());
      const claimed = await inParallel(20, () => claim(now));
      expect(claimed.filter((mail) => mail !== null)).toHaveLength(1);
    });
  });

  describe('the end of a try', () => {
    test.each(['sent', 'held', 'dropped'] as const)('%s ends the mail, once', async (state) => {
      const mail = await aClaimedMail(store());
      expect(await store().settleMail(mail.id, 1, { state })).toBe(true);
      expect(await rowOf(mail)).toEqual({ ...mail, state });
      expect(await claim(later(day))).toBeNull();
      const late = { state: 'failed', purgeAt: later(day), smtpCode: '550' } as const;
      expect(await store().settleMail(mail.id, 1, late)).toBe(false);
      expect(await rowOf(mail)).toEqual({ ...mail, state });
    });

    test('that failed for now lets the mail wait until its next try', async () => {
      const mail = await aClaimedMail(store());
      const outcome = { state: 'waiting', dueAt: later(minute), smtpCode: 'ETIME' } as const;
      expect(await store().settleMail(mail.id, 1, outcome)).toBe(true);
      expect(await rowOf(mail)).toEqual({ ...mail, ...outcome });
      expect(await claim(later(minute - 1))).toBeNull();
      expect(await claim(later(minute))).toMatchObject({ id: mail.id, attempts: 2, smtpCode: 'ETIME' });
    });

    test('that failed for good keeps why, and for how long', async () => {
      const mail = await failed();
      expect(mail).toMatchObject({ state: 'failed', purgeAt: later(day), smtpCode: '550' });
      expect(await claim(later(day))).toBeNull();
    });

    test('of a try after which another has begun writes nothing', async () => {
      const { id } = await aClaimedMail(store());
      const second = await claim(later(hour));
      expect(second).toMatchObject({ id, attempts: 2 });
      expect(await store().settleMail(id, 1, { state: 'sent' })).toBe(false);
      expect(await rowOf({ id })).toEqual(second);
      expect(await store().settleMail(id, 2, { state: 'sent' })).toBe(true);
    });
  });

  describe('an operator', () => {
    test('lets a mail that failed wait again: its tries go on, and it is kept while it waits', async () => {
      const [mail, other] = [await failed(), await failed()];
      const sent = await aClaimedMail(store());
      await store().settleMail(sent.id, 1, { state: 'sent' });
      expect(await store().retryMails(mail.id, later(day), later(2 * day))).toBe(1);
      const again = { state: 'waiting', dueAt: later(day), expiresAt: later(2 * day), purgeAt: later(9 * day) };
      expect(await rowOf(mail)).toEqual({ ...mail, ...again });
      expect(await rowOf(other)).toEqual(other);
      for (const id of [mail.id, sent.id, 'another'])
        expect(await store().retryMails(id, later(day), later(2 * day))).toBe(0);
      expect(await claim(later(day))).toMatchObject({ id: mail.id, attempts: 2 });
    });

    test('lets all that failed wait again, and no other', async () => {
      const mails = [await failed(), await failed()];
      const dropped = await aClaimedMail(store());
      await store().settleMail(dropped.id, 1, { state: 'dropped' });
      expect(await store().retryMails(null, now, later(hour))).toBe(2);
      for (const mail of mails) expect(await rowOf(mail)).toMatchObject({ state: 'waiting' });
      expect(await rowOf(dropped)).toMatchObject({ state: 'dropped' });
    });

    test('sees mails of some states, the newest first, no more than asked for', async () => {
      const ended = await failed();
      const waiting = [2, 1, 3].map((ms) => aMail({ at: later(ms) }));
      for (const mail of waiting) await store().addMail(mail);
      const times = async (...asked: Parameters<Store['listMails']>) =>
        (await store().listMails(...asked)).map(({ at }) => at.getTime() - now.getTime());
      expect(await times(['waiting'], 10)).toEqual([3, 2, 1]);
      expect(await times(['waiting', 'failed'], 10)).toEqual([3, 2, 1, 0]);
      expect(await times(['waiting', 'failed'], 2)).toEqual([3, 2]);
      expect(await times(['sent'], 10)).toEqual([]);
      expect(await store().listMails(['failed'], 10)).toEqual([ended]);
    });

    test('sees how many there are of each state, and since when the oldest waits', async () => {
      const counts = { waiting: 0, held: 0, sent: 0, dropped: 0, failed: 0 };
      expect(await store().countMails()).toEqual({ counts, oldest: null });
      await failed();
      expect(await store().countMails()).toEqual({ counts: { ...counts, failed: 1 }, oldest: null });
      for (const ms of [2, 1, 3]) await store().addMail(aMail({ at: later(ms) }));
      expect(await store().countMails()).toEqual({ counts: { ...counts, failed: 1, waiting: 3 }, oldest: later(1) });
    });
  });

  test('mails are deleted from the time on that their rows say', async () => {
    const early = await failed();
    const mail = aMail();
    await store().addMail(mail);
    expect(await store().purge('mails', later(day), 10)).toBe(0);
    expect(await store().purge('mails', later(day + 1), 10)).toBe(1);
    expect(await store().findMail(early.id)).toBeNull();
    expect(await store().purge('mails', later(7 * day), 10)).toBe(0);
    expect(await store().purge('mails', later(7 * day + 1), 10)).toBe(1);
    expect(await store().findMail(mail.id)).toBeNull();
  });
}
