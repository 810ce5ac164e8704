import bcrypt from 'bcryptjs';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { startApp, type TestApp } from '#tests/support/app.ts';
import { Browser, password, signedUp } from '#tests/support/browser.ts';

let app: TestApp;
afterEach(() => app.close());

/** Of a cost that outweighs all else that a sign-in does. */
const hasher = passwordHasher(9, 2);
afterAll(() => hasher.close());

const signIn = (email: string, typed: string) =>
  new Browser().send('POST', '/api/auth/token', { json: { email, password: typed } });

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe('how long an answer takes tells nothing', () => {
  type Ask = (email: string) => Promise<unknown>;

  /**
   * Medians of each address's time over that of an unknown one, in turns. It is the processor's time, of all threads: one request
   * is under way and waits for nothing else, and what other programs do on the machine does not count.
   */
  async function ratios(ask: Ask, emails: string[], rounds: number): Promise<number[]> {
    const time = async (email: string) => {
      const start = process.cpuUsage();
      await ask(email);
      return process.cpuUsage(start).user;
    };
    const measured: number[][] = emails.map(() => []);
    for (let round = 0; round < rounds; round++) {
      const before = await time('nobody@example.org');
      for (const [index, email] of emails.entries()) measured[index]?.push(await time(email));
      const after = await time('nobody@example.org');
      for (const times of measured) times.push(((times.pop() ?? 0) * 2) / (before + after));
    }
    return measured.map(median);
  }
  const isAlike = (ratio: number) => ratio >= 0.9 && ratio <= 1.1;

  /** Lists the ratios of those that do not take as long as an unknown one. `ask` throws for a wrong answer. */
  async function unlike(ask: Ask, emails: string[]): Promise<number[]> {
    await ratios(ask, emails, 2);
    let measured = await ratios(ask, emails, 12);
    // The caches of the processor are shared with other programs: a second, longer look.
    if (!measured.every(isAlike)) measured = await ratios(ask, emails, 36);
    return measured.filter((ratio) => !isAlike(ratio));
  }

  test('an account that is there, and one whose hash has an older cost, take as long as an unknown address', async () => {
    app = await startApp({ RATE_LIMITS: 'off' });
    app.deps.hasher = hasher;
    for (const email of ['ann@example.org', 'old@example.org']) await signedUp(email);
    const old = await app.deps.store.findUserByEmail('old@example.org');
    if (!old) throw new Error('There is no such account.');
    await app.deps.store.upgradePasswordHash(old.id, old.passwordHash ?? '', bcrypt.hashSync(password, 7));
    const refused: Ask = async (email) => {
      const response = await signIn(email, 'not the password');
      expect(response.status).toBe(401);
      return response;
    };
    expect(await unlike(refused, ['ann@example.org', 'old@example.org'])).toEqual([]);
  }, 120_000);

  test('signing up with an address that is taken takes as long as with a free one', async () => {
    app = await startApp({ RATE_LIMITS: 'off' });
    await signedUp();
    await app.restart({ EMAIL_VERIFICATION: 'required' });
    app.deps.hasher = hasher;
    const begun: Ask = async (email) => {
      const response = await new Browser().send('POST', '/api/auth/register', { json: { email, password } });
      expect(response.status).toBe(202);
      return response;
    };
    expect(await unlike(begun, ['ann@example.org'])).toEqual([]);
  }, 120_000);
});

describe('hashing', () => {
  test('of eight sign-ins leaves the thread that answers free', async () => {
    app = await startApp({ RATE_LIMITS: 'off' });
    app.deps.hasher = hasher;
    await signedUp();
    const [ofAll, ofThisThread] = [process.cpuUsage(), process.threadCpuUsage()];
    const signIns = await Promise.all(Array.from({ length: 8 }, () => signIn('ann@example.org', password)));
    // Hashed on this thread, nearly all the time would be its own.
    expect(process.threadCpuUsage(ofThisThread).user).toBeLessThan(process.cpuUsage(ofAll).user / 2);
    expect(new Set(signIns.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test('is not begun for a password that no account can have', async () => {
    app = await startApp({ RATE_LIMITS: 'off' });
    const begun: string[] = [];
    app.deps.hasher = {
      ...hasher,
      hash: async () => String(begun.push('hash')),
      compare: async () => begun.push('compare') > 0,
    };
    const megabyte = 'x'.repeat(1_000_000);
    for (const [path, status] of [
      ['/api/auth/register', 413],
      ['/api/auth/token', 413],
    ] as const)
      expect(
        (await new Browser().send('POST', path, { json: { email: 'a@example.org', password: megabyte } })).status,
      ).toBe(status);
    const json = { email: 'a@example.org', password: 'ab9 '.repeat(19) };
    const refused = await new Browser().send('POST', '/api/auth/register', { json });
    expect(await refused.json()).toMatchObject({ fields: { password: [expect.stringContaining('72 bytes')] } });
    expect(begun).toEqual([]);
  });
});
