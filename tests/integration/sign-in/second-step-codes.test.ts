import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { logger } from '#lib/server/observability/log.ts';
import { createContainer } from '#lib/server/runtime/container.ts';
import { completeSecondStep } from '#lib/server/sign-in/second-step.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser } from '#tests/support/browser.ts';
import { beside } from '#tests/support/two-step.ts';
import { another, asked, cookieName, newSessionsOf, outcomeOf, type Person, type, withTwoStep } from './two-steps.ts';

let app: TestApp;
beforeEach(async () => {
  // As server.ts does, for addresses to be believed.
  vi.stubEnv('LATCHKEY_FRONT', 'server');
  app = await startApp({ LIMIT_LOGIN_PER_ACCOUNT: '1000/900', LIMIT_LOGIN_PER_ACCOUNT_ANYWHERE: '100000/900' });
});
afterEach(() => {
  vi.unstubAllEnvs();
  return app.close();
});

const stranger = (n: number) => `203.0.${n}.1`;
const owner = '192.0.2.1';
const codeOf = (person: Person, steps = 0) => person.code(app.clock.now, steps);

/** Shows the password and types a code, from another network each time. */
async function tryFrom(person: Person, from: string, json: object, browser = new Browser()) {
  return type(await asked(person.email, { from, browser }), json, from);
}

function setTotp(person: Person, values: { failures?: number; lastStep?: number }): Promise<unknown> {
  return beside(app.deps.env.DATABASE_URL, ({ run, tables }) =>
    run((db) => db.update(tables.totps).set(values).where(eq(tables.totps.userId, person.id)).returning()),
  );
}

describe('a code', () => {
  test('of another account completes nothing, nor is it used up', async () => {
    const [ann, bob] = [await withTwoStep(app), await withTwoStep(app, 'bob@example.org')];
    const step = await asked(ann.email);
    expect(await outcomeOf(await type(step, { code: codeOf(bob) }))).toBe('401 code');
    expect(await outcomeOf(await type(step, { recovery_code: bob.recoveryCodes[0] }))).toBe('401 code');
    expect(await newSessionsOf(app, ann)).toEqual([]);
    expect((await type(await asked(bob.email), { code: codeOf(bob) })).status).toBe(200);
    expect((await type(await asked(bob.email), { recovery_code: bob.recoveryCodes[0] })).status).toBe(200);
  });

  test('of the app works once, at whatever second step', async () => {
    const ann = await withTwoStep(app);
    const [one, two] = [await asked(ann.email), await asked(ann.email)];
    const code = codeOf(ann);
    expect((await type(one, { code })).status).toBe(200);
    expect(await outcomeOf(await type(two, { code }))).toBe('401 code');
    expect(await outcomeOf(await type(two, { code: codeOf(ann, -1) }))).toBe('401 code');
    expect(await outcomeOf(await type(one, { code: codeOf(ann, 1) }))).toBe('401 second_step');
    expect((await type(two, { code: codeOf(ann, 1) })).status).toBe(200);
    expect(await newSessionsOf(app, ann)).toHaveLength(2);
  });

  test('of a recovery sheet works once', async () => {
    const ann = await withTwoStep(app);
    const [recovery_code] = ann.recoveryCodes;
    expect((await type(await asked(ann.email), { recovery_code })).status).toBe(200);
    expect(await outcomeOf(await type(await asked(ann.email), { recovery_code }))).toBe('401 code');
    expect(await newSessionsOf(app, ann)).toHaveLength(1);
  });

  test.each(['code', 'recovery_code'] as const)(
    'typed fifty times at once in two processes (%s) makes one session',
    async (name) => {
      const ann = await withTwoStep(app);
      await app.restart({ LIMIT_FACTOR_PER_ACCOUNT: '1000/3600' });
      const second = await createContainer(app.deps.env, () => app.clock.now);
      const typed = name === 'code' ? codeOf(ann) : ann.recoveryCodes[0];
      const steps = await Promise.all(Array.from({ length: 50 }, () => asked(ann.email)));
      const requester = { userAgent: 'Test/1.0', ip: null };
      const outcomes = await Promise.all(
        steps.map(({ browser, id }, n) => {
          const secondStep = browser.cookies.get(cookieName) ?? null;
          const given = { requester, refreshToken: null, device: null, secondStep };
          return completeSecondStep(n % 2 ? second : app.deps, { second_step_id: id, [name]: typed }, given).then(
            () => 'in',
            (error) => error.code,
          );
        }),
      );
      await second.store.close();
      expect(outcomes.filter((outcome) => outcome === 'in')).toHaveLength(1);
      expect(new Set(outcomes)).toEqual(new Set(['in', 'invalid_grant']));
      expect(await newSessionsOf(app, ann)).toHaveLength(1);
    },
  );
});

describe('guessing codes with the right password', () => {
  test('from a thousand networks gets ten codes an hour, of which the limit is not of the recovery codes', async () => {
    const ann = await withTwoStep(app);
    const wrong = another(codeOf(ann));
    const outcomes = [];
    for (let n = 0; n < 12; n++) outcomes.push((await tryFrom(ann, stranger(n), { code: wrong })).status);
    expect(outcomes).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await tryFrom(ann, stranger(20), { code: codeOf(ann) })).status).toBe(429);
    expect((await tryFrom(ann, stranger(21), { recovery_code: ann.recoveryCodes[0] })).status).toBe(200);
  });

  test('locks out neither the owner’s network nor their browser', async () => {
    const ann = await withTwoStep(app);
    const home = new Browser();
    expect((await tryFrom(ann, owner, { code: codeOf(ann, -1) }, home)).status).toBe(200);
    for (let n = 0; n < 11; n++) await tryFrom(ann, stranger(n), { code: another(codeOf(ann)) });
    expect((await tryFrom(ann, stranger(99), { code: codeOf(ann) })).status).toBe(429);
    expect((await tryFrom(ann, owner, { code: codeOf(ann) })).status).toBe(200);
    expect((await tryFrom(ann, stranger(98), { code: codeOf(ann, 1) }, home)).status).toBe(200);
  });

  test('a hundred times in a row ends strangers’ codes for an hour, until a right one from elsewhere', async () => {
    const ann = await withTwoStep(app);
    expect((await tryFrom(ann, owner, { code: codeOf(ann, -1) })).status).toBe(200);
    await setTotp(ann, { failures: 99 });
    expect((await tryFrom(ann, stranger(1), { code: another(codeOf(ann)) })).status).toBe(401);
    const refused = await tryFrom(ann, stranger(2), { code: codeOf(ann) });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '3600']);
    app.clock.advance(3601);
    expect((await tryFrom(ann, stranger(3), { code: codeOf(ann) })).status).toBe(429);
    expect((await tryFrom(ann, owner, { code: codeOf(ann, -1) })).status).toBe(200);
    expect((await tryFrom(ann, stranger(4), { code: codeOf(ann) })).status).toBe(200);
  });

  test('with the cookie of a session of the password alone is a stranger’s', async () => {
    const ann = await withTwoStep(app);
    await setTotp(ann, { failures: 100 });
    const browser = ann.browser.copy();
    expect((await tryFrom(ann, stranger(1), { code: codeOf(ann) }, browser)).status).toBe(429);
  });

  test.each(['a recovery code', 'a new password'])('is forgotten after %s', async (what) => {
    const ann = await withTwoStep(app);
    await setTotp(ann, { failures: 100 });
    if (what === 'a new password') {
      const about = { id: randomUUID(), userId: ann.id, sessionId: null, userAgent: null, ip: null } as const;
      const event = { ...about, type: 'password_reset', at: app.clock.now } as const;
      await app.deps.store.setPassword(ann.id, 'a hash', event);
    } else expect((await tryFrom(ann, stranger(1), { recovery_code: ann.recoveryCodes[0] })).status).toBe(200);
    expect(await app.deps.store.findTotp(ann.id)).toMatchObject({ failures: 0 });
  });

  test('is a warning in the log from the fifth wrong code on', async () => {
    const lines: { event?: string; level?: string }[] = [];
    app.deps.log = logger('debug', { write: (line) => lines.push(JSON.parse(line)) });
    const ann = await withTwoStep(app);
    for (let n = 0; n < 6; n++) await tryFrom(ann, stranger(n), { code: another(codeOf(ann)) });
    const levels = lines.filter(({ event }) => event === 'second_step_failed').map(({ level }) => level);
    expect(levels).toEqual([...Array(4).fill('info'), 'warn', 'warn']);
  });

  test('is told to the owner by mail at the fifth wrong code of an hour, once', async () => {
    const mail = { SMTP_URL: 'smtp://127.0.0.1:1?tls=off', MAIL_FROM: 'Latchkey <a@example.org>' };
    await app.restart({ ...mail, EMAIL_VERIFICATION: 'off' });
    const ann = await withTwoStep(app);
    const told = async () => {
      const mails = await app.deps.store.listMails(['waiting'], 100);
      return mails.filter(({ eventType }) => eventType === 'second_step_failed').map(({ recipient }) => recipient);
    };
    for (let n = 0; n < 4; n++) await tryFrom(ann, stranger(n), { code: another(codeOf(ann)) });
    expect(await told()).toEqual([]);
    for (let n = 4; n < 8; n++) await tryFrom(ann, stranger(n), { code: another(codeOf(ann)) });
    expect(await told()).toEqual([ann.email]);
  });

  test('is not to be had without the password: nobody else can move anything', async () => {
    const ann = await withTwoStep(app);
    const step = await asked(ann.email);
    for (let n = 0; n < 20; n++) {
      const browser = new Browser();
      browser.cookies.set(cookieName, `${step.id}.${'a'.repeat(43)}`);
      expect(await outcomeOf(await type({ browser, id: step.id }, { code: '000000' }, stranger(n)))).toBe(
        '401 second_step',
      );
    }
    expect((await type(step, { code: codeOf(ann) })).status).toBe(200);
  });
});
