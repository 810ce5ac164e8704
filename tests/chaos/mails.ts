/** Links that people ask to be mailed while all goes wrong, and the SMTP server that the mails come to. */
import { setTimeout as delay } from 'node:timers/promises';
import { openStore } from '#db/index.ts';
import { type MailRow, mailStates } from '#db/store/mails.ts';
import { api } from '#lib/core/routes.ts';
import type { ReceivedMail } from '#tests/support/received-mail.ts';
import { mailSettings, startSmtp } from '#tests/support/smtp.ts';
import type { Dice } from './dice.ts';
import { HonestClient, type Network } from './honest-client.ts';
import type { Ledger } from './ledger.ts';
import type { Person } from './person.ts';

/** A mail whose try was killed comes after a minute, at its second such death after two. */
const patienceMs = 200_000;

export interface Mails {
  /** For the instances. */
  settings: Record<string, string>;
  /** Asks for links, here for one and there for another, until told to stop. */
  live(people: Person[], network: Network, isOver: () => boolean): Promise<void>;
  /** In calm weather: what was asked for comes, or has come, and nothing else. */
  audit(databaseUrl: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startMails(dice: Dice, ledger: Ledger): Promise<Mails> {
  const smtp = await startSmtp();
  const asked = new Map<string, number>();
  const begun = new Set<string>();
  smtp.judge = async (mail) => {
    // Long enough to be killed in, on either side of the answer.
    await delay(dice.between(0, 300));
    // Only the first try goes wrong: the third comes after a minute, and the one after that later than a run has time for.
    if (begun.has(idOf(mail)) || dice.chance(0.8)) return 'taken';
    begun.add(idOf(mail));
    const isRefused = dice.chance(0.5);
    ledger.count(isRefused ? 'mailRefused' : 'mailCut');
    return isRefused ? 451 : 'lost';
  };

  return {
    settings: mailSettings(smtp),

    async live(people, network, isOver) {
      const client = new HonestClient(network);
      while (!isOver()) {
        const email = people[Math.floor(network.dice.between(0, people.length))]?.email ?? '';
        const { status } = await client.insist('POST', api.passwordForgot, { json: { email } });
        if (status !== 202) ledger.breach('others', `asking for a link answered ${status}`);
        asked.set(email, (asked.get(email) ?? 0) + 1);
        ledger.count('mailsAsked');
        await delay(network.dice.between(0, 1000));
      }
    },

    async audit(databaseUrl) {
      const store = await openStore(databaseUrl);
      try {
        const deadline = performance.now() + patienceMs;
        while ((await store.countMails()).counts.waiting > 0 && performance.now() < deadline) await delay(500);
        const rows = await store.listMails(mailStates, 100_000);
        compare(rows, smtp.mails, ledger);
        for (const [email, count] of asked) {
          const own = rows.filter(({ kind, recipient }) => kind === 'password_reset' && recipient === email);
          if (own.length < count) ledger.breach('lostMails', `${count - own.length} that ${email} was promised`);
        }
      } finally {
        await store.close();
      }
    },

    stop: smtp.stop,
  };
}

/** Holds what came against the outbox: each row’s mail, once or more with the row’s own id and the same words, and no other. */
function compare(rows: MailRow[], mails: readonly ReceivedMail[], ledger: Ledger): void {
  const came = new Map<string, ReceivedMail[]>();
  for (const mail of mails) came.set(idOf(mail), [...(came.get(idOf(mail)) ?? []), mail]);
  for (const { id, kind, recipient, state, smtpCode } of rows) {
    const own = came.get(id) ?? [];
    came.delete(id);
    if (state !== 'sent' || own.length === 0) ledger.breach('lostMails', `${kind} ${id}: ${state}, ${smtpCode}`);
    if (own.length > 0) ledger.count('mailsCame');
    if (own.length > 1) ledger.count('mailsAgain');
    if (new Set(own.map(({ text, html }) => text + html)).size > 1)
      ledger.breach('strangeMails', `${kind} ${id} came with other words`);
    if (own.some(({ to }) => to.join() !== recipient)) ledger.breach('strangeMails', `${kind} ${id} came to another`);
  }
  for (const id of came.keys()) ledger.breach('strangeMails', `${id} is no row’s`);
}

/** The id of the row that a mail says it is of. */
function idOf({ headers }: ReceivedMail): string {
  return /^<([^@]+)@localhost>$/.exec(headers.get('message-id') ?? '')?.[1] ?? 'none';
}
