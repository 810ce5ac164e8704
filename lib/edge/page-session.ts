import { unsealData } from 'iron-session';
import { z } from 'zod';
import { renewalMarginSeconds } from '#lib/core/policy.ts';
import type { AccessClaims, VerifyAccessToken } from './access-token.ts';
import { expiringCache } from './expiring-cache.ts';

/** What the session cookie seals: the access token for page navigations, and its end, session and generation in the clear. */
const contentsSchema = z.strictObject({
  token: z.string(),
  exp: z.int(),
  sid: z.uuid(),
  gen: z.int().min(0),
});
export type PageSessionContents = z.infer<typeof contentsSchema>;

/** A page session that may be used. `isDue`: so close to its end that a page should be rendered from a renewed one. */
export interface PageSession {
  accessToken: string;
  claims: AccessClaims;
  isDue: boolean;
}

export interface PageSessions {
  /** Null for whatever is not a whole, unexpired seal of ours around a valid access token. */
  open(cookie: string | null, now: Date): Promise<PageSession | null>;
  /** The session that a seal of ours names, however old it is: enough to sign out, and for nothing else. */
  sessionIdOf(cookie: string | null): Promise<string | null>;
}

/** iron-session drops what follows `~` without authenticating it, so the whole form is asked first. */
const sealForm = /^Fe26\.2\*[\w*-]+~2$/;
const sealMaxLength = 4096;

/**
 * Opens what lib/server/crypto/page-session.ts seals, with any of `secrets`. A seal names its secret by fingerprint, never by place
 * in the list.
 */
export function pageSessions(options: {
  secrets: string[];
  accessTtlSeconds: number;
  verify: VerifyAccessToken;
}): PageSessions {
  const { secrets, verify } = options;
  const marginMs = renewalMarginSeconds(options.accessTtlSeconds) * 1000;
  const passwords = passwordsOf(secrets);
  const opened = expiringCache<PageSessionContents>();

  async function unseal(cookie: string | null): Promise<PageSessionContents | null> {
    if (!cookie || cookie.length > sealMaxLength || !sealForm.test(cookie)) return null;
    try {
      // ttl 0: the seal's own `exp` is checked instead, so that signing out still works with an old one.
      const data = await unsealData<unknown>(cookie, { password: await passwords, ttl: 0 });
      return contentsSchema.safeParse(data).data ?? null;
    } catch {
      return null;
    }
  }

  return {
    async open(cookie, now) {
      const contents = (cookie && opened.get(cookie, now)) || (await unseal(cookie));
      if (!cookie || !contents || now.getTime() >= contents.exp * 1000) return null;
      const verified = await verify(contents.token, now);
      if (verified.kind !== 'valid' || !isAbout(contents, verified.claims)) return null;
      opened.set(cookie, contents, verified.claims.expiresAt);
      const isDue = verified.claims.expiresAt.getTime() - now.getTime() < marginMs;
      return { accessToken: contents.token, claims: verified.claims, isDue };
    },

    async sessionIdOf(cookie) {
      return (await unseal(cookie))?.sid ?? null;
    },
  };
}

function isAbout(contents: PageSessionContents, claims: AccessClaims): boolean {
  return (
    contents.sid === claims.sessionId &&
    contents.gen === claims.generation &&
    contents.exp * 1000 === claims.expiresAt.getTime()
  );
}

async function passwordsOf(secrets: string[]): Promise<Record<string, string>> {
  return Object.fromEntries(await Promise.all(secrets.map(async (secret) => [await fingerprint(secret), secret])));
}

/** iron-session wants its passwords keyed by numbers. */
async function fingerprint(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`latchkey seal ${secret}`));
  return String(new DataView(digest).getUint32(0));
}
