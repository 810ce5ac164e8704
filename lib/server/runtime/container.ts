import 'server-only';
import { availableParallelism } from 'node:os';
import { openStore } from '#db/index.ts';
import type { Store } from '#db/store/store.ts';
import { databaseConnections, hashThreads } from '#lib/core/policy.ts';
import type { ServerSettings } from '#lib/core/settings.ts';
import { accessTokenVerifier, type VerifyAccessToken } from '#lib/edge/access-token.ts';
import { type PageSessions, pageSessions } from '#lib/edge/page-session.ts';
import { accessTokenSigner, type SignAccessToken } from '#lib/server/crypto/access-token.ts';
import { type Ceremonies, ceremonies } from '#lib/server/crypto/ceremonies.ts';
import { type MailSecrets, mailSecrets } from '#lib/server/crypto/mail-secrets.ts';
import { pageSessionSealer, type SealPageSession } from '#lib/server/crypto/page-session.ts';
import { type PasswordHasher, passwordHasher } from '#lib/server/crypto/password-hasher.ts';
import { type RefreshTokens, refreshTokens } from '#lib/server/crypto/refresh-token.ts';
import { type SealedSecrets, sealedSecrets } from '#lib/server/crypto/sealed-secrets.ts';
import { type Outbox, outbox } from '#lib/server/mail/outbox.ts';
import { type Logger, logger } from '#lib/server/observability/log.ts';
import { type Metrics, metrics } from '#lib/server/observability/metrics.ts';
import { type ProviderDirectory, providerDirectory } from '#lib/server/providers/directory.ts';

/** Everything that use cases need, made once per process. */
export interface Container {
  env: ServerSettings;
  store: Store;
  clock: () => Date;
  hasher: PasswordHasher;
  refreshTokens: RefreshTokens;
  signAccessToken: SignAccessToken;
  verifyAccessToken: VerifyAccessToken;
  sealPageSession: SealPageSession;
  pageSessions: PageSessions;
  mailSecrets: MailSecrets;
  sealedSecrets: SealedSecrets;
  ceremonies: Ceremonies;
  providers: ProviderDirectory;
  outbox: Outbox;
  metrics: Metrics;
  /** The log. During a request, each of its lines carries the request's id. */
  log: Logger;
}

/** Makes the container: its parts are put together here only. The clock is the database's; tests pass their own. */
export async function createContainer(env: ServerSettings, testClock?: () => Date): Promise<Container> {
  const issuer = { keys: env.ACCESS_TOKEN_KEYS, issuer: env.APP_URL, audience: env.ACCESS_TOKEN_AUDIENCE };
  const verifyAccessToken = accessTokenVerifier(issuer);
  // The supervisor sets this variable for its workers.
  const workers = env.LATCHKEY_WORKERS ?? 1;
  const store = await openStore(env.DATABASE_URL, databaseConnections(env.DATABASE_POOL_SIZE, workers));
  const clock = testClock ?? store.clock;
  const hasher = passwordHasher(env.BCRYPT_COST, hashThreads(availableParallelism(), workers));
  return {
    env,
    store,
    clock,
    hasher,
    refreshTokens: refreshTokens(env.AUTH_SECRET),
    signAccessToken: accessTokenSigner({ ...issuer, ttlSeconds: env.ACCESS_TTL_SECONDS }),
    verifyAccessToken,
    sealPageSession: pageSessionSealer(env.SESSION_SECRET),
    pageSessions: pageSessions({
      secrets: env.SESSION_SECRET,
      accessTtlSeconds: env.ACCESS_TTL_SECONDS,
      verify: verifyAccessToken,
    }),
    mailSecrets: mailSecrets(env.AUTH_SECRET),
    sealedSecrets: sealedSecrets(env.AUTH_SECRET),
    ceremonies: ceremonies(env.AUTH_SECRET),
    providers: providerDirectory(env.OIDC_PROVIDERS),
    outbox: outbox(),
    metrics: metrics({
      waiting: () => hasher.waiting,
      liveSessions: () => store.countSessions(clock(), env.AUTH_EPOCH),
      mails: () => store.countMails(),
      clock,
    }),
    log: logger(env.LOG_LEVEL),
  };
}

// Global, since Next bundles pages, handlers and instrumentation separately, each with module state of its own.
declare global {
  var latchkeyContainer: Container | undefined;
}

export function setContainer(container: Container): void {
  globalThis.latchkeyContainer = container;
}

/** Returns the container that boot has made for this process. */
export function container(): Container {
  if (!globalThis.latchkeyContainer) throw new Error('The app has not been booted.');
  return globalThis.latchkeyContainer;
}
