/** Settings for tests. The secrets are for tests only, and the key pair guards nothing. */
const keySet = {
  keys: [
    {
      kty: 'OKP',
      crv: 'Ed25519',
      x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
      d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
      kid: 'test-1',
      alg: 'EdDSA',
    },
  ],
};

/** Stands for what next.config.mjs writes into the build. */
export const publicFiles = ['/robots.txt', '/img/a%20b.png', '/.well-known/security.txt', '/api/open.json'];

/** A whole environment; the key is the one of RFC 8037 appendix A. */
export function testEnvironment(changes: Record<string, string> = {}) {
  return {
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A-tests-only',
    SESSION_SECRET: 'p8WqE2xV6nRy0Tz4UaHs7LmCjD9FgB1k-tests-only',
    ACCESS_TOKEN_KEYS: JSON.stringify(keySet),
    BCRYPT_COST: '10',
    LOG_LEVEL: 'silent',
    LATCHKEY_PUBLIC_FILES: JSON.stringify(publicFiles),
    ...changes,
  };
}
