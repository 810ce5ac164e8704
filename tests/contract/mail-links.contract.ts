import { describe, expect, test } from 'vitest';
import type { UserRow } from '#db/store/accounts.ts';
import type { MailLink } from '#db/store/mail-links.ts';
import type { MailRow } from '#db/store/mails.ts';
import type { ShownProof } from '#db/store/second-factors.ts';
import type { Store } from '#db/store/store.ts';
import {
  aClaimedMail,
  aLast,
  aLink,
  anEvent,
  begin,
  eventTypes,
  hour,
  inParallel,
  later,
  now,
  original,
  registered,
  sessionRow,
  signedIn,
} from './fixtures.ts';

const minute = 60 * 1000;

export function mailLinkContract(store: () => Store): void {
  async function operatorLink(userId: string, over: Partial<MailLink> = {}): Promise<MailLink> {
    const link = aLink(userId, over);
    await store().addOperatorLink(link);
    return link;
  }
  /** Mails a link as the sender does, unless an older one is good beyond `goodUntil`. Returns the one that the mail brings. */
  async function mailed(
    { id: userId, email }: Pick<UserRow, 'id' | 'email'>,
    { goodUntil = later(15 * minute), ...over }: Partial<MailLink> & { goodUntil?: Date } = {},
  ) {
    const mail = await aClaimedMail(store(), { recipient: email });
    const made = aLink(userId, { kind: 'reset', email, ...over });
    expect(await store().linkMail(mail, made, goodUntil)).toBe(true);
    const row = await store().findMail(mail.id);
    const found = await store().findMailLink(row?.linkId ?? '', now);
    if (!row || !found) throw new Error('The mail brings no link.');
    expect(row).toMatchObject({ userId, expiresAt: found.link.expiresAt });
    return { made, link: found.link };
  }
  const redeem = (
    link: MailLink,
    {
      passwordHash = 'hash-1',
      at = now,
      proof = null,
    }: { passwordHash?: string; at?: Date; proof?: ShownProof | null } = {},
  ) =>
    store().redeemPasswordLink({
      link,
      passwordHash,
      event: anEvent(link.userId, { type: 'password_reset', at }),
      proof,
    });
  const isGood = async ({ id }: MailLink, at = now) => (await store().findMailLink(id, at)) !== null;

  describe('a link', () => {
    test('is found as it was stored, with its user, to the millisecond of its end', async () => {
      const { user } = await registered(store());
      const link = await operatorLink(user.id);
      const found = await store().findMailLink(link.id, later(hour - 1));
      expect(found?.user).toEqual(await store().findUser(user.id));
      const stored = { ...found?.link, nonce: Buffer.from(found?.link.nonce ?? []) };
      expect(stored).toEqual({ ...link, addressProved: true });
      expect(await isGood(link, later(hour))).toBe(false);
      expect(await redeem(link, { at: later(hour) })).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-0', ...original });
    });

    test('sets a password and ends every session, once', async () => {
      const { user, session } = await registered(store());
      const other = await signedIn(store(), user);
      const link = await operatorLink(user.id);
      expect(await redeem(link)).toBe('used');
      for (const { id } of [session, other])
        expect(await sessionRow(store(), id)).toMatchObject({ endReason: 'password_changed' });
      const after = { passwordHash: 'hash-1', credentialVersion: 1, epoch: 1 };
      expect(await store().findUser(user.id)).toMatchObject(after);
      expect(await redeem(link, { passwordHash: 'hash-2' })).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject(after);
      expect(await eventTypes(store(), user.id)).toEqual(['password_reset', 'signed_in', 'signed_up']);
    });

    test('makes one password of twenty tries at once', async () => {
      const { user } = await registered(store());
      const { link } = await mailed(user);
      const outcomes = await inParallel(20, (index) => redeem(link, { passwordHash: `hash-1-${index}` }));
      const winners = outcomes.flatMap((outcome, index) => (outcome === 'used' ? [`hash-1-${index}`] : []));
      expect(winners).toHaveLength(1);
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: winners[0], epoch: 1 });
      expect(await eventTypes(store(), user.id)).toEqual(['password_reset', 'signed_up']);
    });

    test('of two that are used at once, one makes a password: each voids the other', async () => {
      const { user } = await registered(store());
      const links = [await operatorLink(user.id), (await mailed(user)).link];
      const outcomes = await inParallel(10, (index) => redeem(links[index % 2] ?? aLink(user.id)));
      expect(outcomes.filter((outcome) => outcome === 'used')).toHaveLength(1);
      expect(await store().findUser(user.id)).toMatchObject({ epoch: 1 });
    });

    test('is made for no address that the account has lost since somebody looked whose it is', async () => {
      const { user } = await registered(store());
      const mail = await aClaimedMail(store(), { recipient: user.email });
      const event = anEvent(user.id, { type: 'email_changed' });
      const to = 'next@example.org';
      expect(await store().setEmail({ userId: user.id, from: user.email, to, event, formerMail: null })).toBe(
        'changed',
      );
      const link = aLink(user.id, { kind: 'reset', email: user.email });
      expect(await store().linkMail(mail, link, later(15 * minute))).toBe(false);
      expect(await isGood(link)).toBe(false);
    });

    test('sets no password of an account whose address is not the link’s', async () => {
      const { user } = await registered(store());
      const { link } = await mailed(user);
      expect(await redeem({ ...link, email: 'former@example.org' })).toBe('void');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-0', epoch: 0 });
      expect(await isGood(link)).toBe(true);
    });

    test('is void for another kind and for another person', async () => {
      const { user } = await registered(store());
      const { user: other } = await registered(store());
      const link = await operatorLink(user.id);
      expect(await redeem({ ...link, kind: 'reset', email: user.email })).toBe('void');
      expect(await redeem({ ...link, userId: other.id })).toBe('void');
      for (const { id } of [user, other])
        expect(await store().findUser(id)).toMatchObject({ passwordHash: 'hash-0', emailVerifiedAt: null, epoch: 0 });
      expect(await isGood(link)).toBe(true);
    });

    test('is deleted some time after its end', async () => {
      const { user } = await registered(store());
      await operatorLink(user.id);
      expect(await store().purge('mail_links', later(hour), 10)).toBe(0);
      expect(await store().purge('mail_links', later(hour + 1), 10)).toBe(1);
    });
  });

  describe('a new password voids every link of the person, and nobody else’s', () => {
    async function some() {
      const { user, session } = await registered(store());
      const { user: stranger } = await registered(store());
      const links = [await operatorLink(user.id), (await mailed(user)).link];
      return { user, session, links, kept: (await mailed(stranger)).link };
    }

    test('set by one of them', async () => {
      const { links, kept } = await some();
      expect(await redeem(links[1] ?? kept)).toBe('used');
      for (const link of links) expect([await isGood(link), await redeem(link)]).toEqual([false, 'void']);
      expect(await isGood(kept)).toBe(true);
    });

    test('set by an operator', async () => {
      const { user, links, kept } = await some();
      await store().setPassword(user.id, 'hash-1', anEvent(user.id, { type: 'password_reset' }));
      for (const link of links) expect([await isGood(link), await redeem(link)]).toEqual([false, 'void']);
      expect(await isGood(kept)).toBe(true);
    });

    test('set by whoever is signed in, unless they lack the old one', async () => {
      const { user, session, links, kept } = await some();
      const change = (shown: typeof original) => {
        const basis = { kind: 'new_password', shown, askingSessionId: session.id, passwordHash: 'hash-1' } as const;
        return begin(store(), user.id, basis, { event: { type: 'password_changed' } }).outcome;
      };
      expect(await change({ ...original, epoch: 7 })).toBe('refused');
      for (const link of links) expect(await isGood(link)).toBe(true);
      expect(await change(original)).toBe('begun');
      for (const link of links) expect([await isGood(link), await redeem(link)]).toEqual([false, 'void']);
      expect(await isGood(kept)).toBe(true);
    });
  });

  describe('an operator’s link', () => {
    test('is void when a newer one was made, and leaves those that were mailed', async () => {
      const { user } = await registered(store());
      const { link } = await mailed(user);
      const older = await operatorLink(user.id);
      const newer = await operatorLink(user.id);
      expect([await isGood(older), await isGood(newer), await isGood(link)]).toEqual([false, true, true]);
    });

    test('proves no address', async () => {
      const { user } = await registered(store());
      expect(await redeem(await operatorLink(user.id))).toBe('used');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', emailVerifiedAt: null });
    });
  });

  describe('a link that was mailed', () => {
    test('proves the address that it was mailed to', async () => {
      const { user } = await registered(store());
      const { link } = await mailed(user);
      expect(await redeem(link, { at: later(1000) })).toBe('used');
      expect(await store().findUser(user.id)).toMatchObject({ passwordHash: 'hash-1', emailVerifiedAt: later(1000) });
    });

    test('is mailed again, its end unchanged, while it is good for long enough', async () => {
      const { user } = await registered(store());
      const { made, link } = await mailed(user);
      expect(link.id).toBe(made.id);
      const again = await mailed(user, { goodUntil: later(hour - 1), expiresAt: later(2 * hour) });
      expect(again.link).toEqual(link);
      expect(await isGood(again.made)).toBe(false);
    });

    test('is joined by a new one when it is not, and both are good', async () => {
      const { user } = await registered(store());
      const { link } = await mailed(user);
      const second = await mailed(user, { goodUntil: later(hour), expiresAt: later(2 * hour) });
      expect(second.link.id).toBe(second.made.id);
      expect([await isGood(link), await isGood(second.link)]).toEqual([true, true]);
      // Of the two, the one that is good the longest.
      expect((await mailed(user, { goodUntil: now })).link).toEqual(second.link);
    });

    test('is neither another person’s nor an operator’s', async () => {
      const { user } = await registered(store());
      const { user: stranger } = await registered(store());
      await mailed(stranger, { expiresAt: later(2 * hour) });
      await operatorLink(user.id, { expiresAt: later(2 * hour) });
      const { made, link } = await mailed(user);
      expect(link.id).toBe(made.id);
    });

    test('is made once by four mails at once', async () => {
      const { user } = await registered(store());
      const mails: MailRow[] = [];
      for (let count = 0; count < 4; count++) mails.push(await aClaimedMail(store()));
      const link = () => aLink(user.id, { kind: 'reset', email: user.email });
      await inParallel(4, async (index) => {
        const mail = mails[index];
        expect(mail && (await store().linkMail(mail, link(), later(15 * minute)))).toBe(true);
      });
      const rows = await Promise.all(mails.map(({ id }) => store().findMail(id)));
      expect(new Set(rows.map((row) => row?.linkId)).size).toBe(1);
    });

    test('is not made by a try of the mail after which another has begun', async () => {
      const { user } = await registered(store());
      const mail = await aClaimedMail(store());
      const second = await store().claimMail(later(hour), later(2 * hour));
      expect(second).toMatchObject({ id: mail.id, attempts: 2 });
      const link = aLink(user.id, { kind: 'reset', email: user.email });
      expect(await store().linkMail(mail, link, now)).toBe(false);
      expect(await store().findMail(mail.id)).toEqual(second);
      expect(await isGood(link)).toBe(false);
    });

    test('is not made for an account that was deleted meanwhile', async () => {
      const { user } = await registered(store());
      const mail = await aClaimedMail(store());
      await store().deleteAccount(user, null, aLast());
      expect(await store().linkMail(mail, aLink(user.id, { kind: 'reset' }), now)).toBe(false);
      expect(await store().findMail(mail.id)).toEqual(mail);
    });
  });
}
