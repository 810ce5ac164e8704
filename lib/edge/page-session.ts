import { unsealData } from 'iron-session';
import { z } from 'zod';
import { renewalMarginSeconds } from '#lib/core/policy.ts';
import type { AccessClaims, VerifyAccessToken } from './access-token.ts';
import { expiringCache } from './expiring-cache.ts';

/** The sealed content of the session cookie: an access token, and copies of its `exp`, `sid` and `gen`. */
const contentsSchema = z.strictObject({
  token: z.string(),
  exp: z.int(),
  sid: z.uuid(),
  gen: z.int().min(0),
});
export type PageSessionContents = z.infer<typeof contentsSchema>;

/** A page session that was opened and is still valid. */
export interface PageSession {
  accessToken: string;
  claims: AccessClaims;
  /** True when it is so close to its end that it should be renewed before a page is rendered. */
  isDue: boolean;
}

/** Reads page sessions from the value of their cookie. */
export interface PageSessions {
  /**
   * Opens a page session. Returns null unless it is intact, sealed with a listed secret and unexpired, and its access
   * token is valid.
   */
  open(cookie: string | null, now: Date): Promise<PageSession | null>;
  /** Returns the session's id from a page session of any age, or null. Good for ending the session, not for access. */
  sessionIdOf(cookie: string | null): Promise<string | null>;
}

/** Matches a whole sealed cookie. Checked first: iron-session drops what follows `~` without authenticating it. */
const sealedForm = /^Fe26\.2\*[\w*-]+~2$/;
const cookieMaxLength = 4096;

/**
 * Makes the reader of page sessions that lib/server/crypto/page-session.ts has sealed with any of `secrets`. Each page
 * session names its secret by a fingerprint, never by its place in the list.
 */
export function pageSessions(options: {
  secrets: string[];
  accessTtlSeconds: number;
  verify: VerifyAccessToken;
}): PageSessions {
  const { secrets, verify } = options;
  const marginMs = renewalMarginSeconds(options.accessTtlSeconds) * 1000;
  const passwords = passwordsOf(secrets);
  const cache = expiringCache<PageSessionContents>();

  async function unseal(cookie: string | null): Promise<PageSessionContents | null> {
    if (!cookie || cookie.length > cookieMaxLength || !sealedForm.test(cookie)) return null;
    try {
      // No ttl: `open` checks `exp` itself, so that signing out works with an expired page session too.
      const data = await unsealData<unknown>(cookie, { password: await passwords, ttl: 0 });
      return contentsSchema.safeParse(data).data ?? null;
    } catch {
      return null;
    }
  }

  return {
    async open(cookie, now) {
      const contents = (cookie && cache.get(cookie, now)) || (await unseal(cookie));
      if (!cookie || !contents || now.getTime() >= contents.exp * 1000) return null;
      const verified = await verify(contents.token, now);
      if (verified.kind !== 'valid' || !agrees(contents, verified.claims)) return null;
      cache.set(cookie, contents, verified.claims.expiresAt);
      const isDue = verified.claims.expiresAt.getTime() - now.getTime() < marginMs;
      return { accessToken: contents.token, claims: verified.claims, isDue };
    },

    async sessionIdOf(cookie) {
      return (await unseal(cookie))?.sid ?? null;
    },
  };
}

function agrees(contents: PageSessionContents, claims: AccessClaims): boolean {
  return (
    contents.sid === claims.sessionId &&
    contents.gen === claims.generation &&
    contents.exp * 1000 === claims.expiresAt.getTime()
  );
}

/** Returns the secrets keyed by their fingerprints, as iron-session wants them. */
async function passwordsOf(secrets: string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(secrets.map(async (secret) => [await fingerprint(secret), secret])));
}

/** Returns the first four bytes of a SHA-256 of the secret, as a decimal number: iron-session wants numbers. */
async function fingerprint(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`latchkey seal ${secret}`));
  return String(new DataView(digest).getUint32(0));
}
