import { type CookieNames, cookieNames } from '#lib/core/sessions/cookies.ts';
import { accessTokenVerifier, type VerifyAccessToken } from './access-token.ts';
import { edgeEnv } from './env.ts';
import { type PageSessions, pageSessions } from './page-session.ts';

/** Everything the middleware needs besides the request. */
export interface EdgeServices {
  appUrl: string;
  cookieNames: CookieNames;
  verify: VerifyAccessToken;
  pageSessions: PageSessions;
}

let services: EdgeServices | undefined;

/** Returns the process's one set of services, so that keys are imported once and caches outlive a request. */
export function edgeServices(): EdgeServices {
  if (!services) {
    const env = edgeEnv();
    const verify = accessTokenVerifier({
      keys: env.ACCESS_TOKEN_KEYS,
      issuer: env.APP_URL,
      audience: env.ACCESS_TOKEN_AUDIENCE,
    });
    services = {
      appUrl: env.APP_URL,
      cookieNames: cookieNames(env),
      verify,
      pageSessions: pageSessions({ secrets: env.SESSION_SECRET, accessTtlSeconds: env.ACCESS_TTL_SECONDS, verify }),
    };
  }
  return services;
}
