import { accessTokenVerifier, type VerifyAccessToken } from './access-token.ts';
import { edgeEnv } from './env.ts';
import { type PageSessions, pageSessions } from './page-session.ts';

export interface EdgeServices {
  appUrl: string;
  verify: VerifyAccessToken;
  pageSessions: PageSessions;
}

let services: EdgeServices | undefined;

/** Made once per process: keys are imported and caches kept, not per request. */
export function edgeServices(): EdgeServices {
  if (!services) {
    const env = edgeEnv();
    const verify = accessTokenVerifier({
      keys: env.ACCESS_TOKEN_KEYS,
      issuer: env.APP_URL,
      audience: env.ACCESS_TOKEN_AUDIENCE,
    });
    const opened = pageSessions({ secrets: env.SESSION_SECRET, accessTtlSeconds: env.ACCESS_TTL_SECONDS, verify });
    services = { appUrl: env.APP_URL, verify, pageSessions: opened };
  }
  return services;
}
