/** The app with a sender that mails over real SMTP, and whose rounds tests wait for. */
import { mailStates } from '#db/store/mails.ts';
import { mailTry } from '#lib/core/policy.ts';
import { startSender } from '#lib/server/mail/sender.ts';
import { logger } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { mailSettings, type RunningSmtp, startSmtp } from '#tests/support/smtp.ts';

export interface Rounds {
  /** Wakes the sender. Resolves when it has looked through the outbox, and waits again. */
  round(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a process's sender. */
export function startRounds(deps: Container, times = mailTry): Rounds {
  const { outbox } = deps;
  let isWoken = false;
  let over = () => {};
  deps.outbox = {
    wake() {
      isWoken = true;
      outbox.wake();
    },
    async wait(ms) {
      if (!isWoken) over();
      await outbox.wait(ms);
      isWoken = false;
    },
  };
  return {
    round: () =>
      new Promise((resolve) => {
        over = resolve;
        deps.outbox.wake();
      }),
    stop: startSender(deps, times),
  };
}

export interface Mailing extends Rounds {
  app: TestApp;
  smtp: RunningSmtp;
  /** What was logged. */
  lines: Record<string, unknown>[];
  /** All mails as the outbox has them, the oldest first. */
  outbox(): ReturnType<Container['store']['listMails']>;
  close(): Promise<void>;
}

/** Starts the app, an SMTP server, and the sender between them. */
export async function startMailing(changes: Record<string, string> = {}, times = mailTry): Promise<Mailing> {
  const smtp = await startSmtp();
  const app = await startApp({ ...mailSettings(smtp), ...changes });
  const lines: Record<string, unknown>[] = [];
  app.deps.log = logger('debug', { write: (line) => lines.push(JSON.parse(line)) });
  const rounds = startRounds(app.deps, times);
  return {
    ...{ app, smtp, lines },
    ...rounds,
    outbox: async () => (await app.deps.store.listMails(mailStates, 2000)).reverse(),
    async close() {
      // First, so that nothing is under way that waits for it.
      await smtp.stop();
      await rounds.stop();
      await app.close();
    },
  };
}

/** Asks for a link to set a new password, as a person does who has forgotten theirs. Answers the status. */
export async function forgot(email: string, headers: Record<string, string> = {}): Promise<number> {
  return (await new Browser().send('POST', '/api/auth/password/forgot', { json: { email }, headers })).status;
}

/** Sets a password with a mailed link. Answers the status. */
export async function reset(link: string, password = 'quite different unrelated words'): Promise<number> {
  const json = { token: new URL(link).hash.slice(1), new_password: password };
  return (await new Browser().send('POST', '/api/auth/password/reset', { json })).status;
}
