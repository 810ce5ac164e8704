import { paths } from '#lib/core/routes.ts';

/** Security headers of every answer (pages, errors, redirects, files), in the form that next.config.mjs needs. */
export const headersOfEveryAnswer = [
  // Lets nothing load or run. The middleware gives pages a policy of their own instead.
  {
    key: 'Content-Security-Policy',
    value: "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  },
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  // The middleware gives some pages a stricter one.
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  {
    key: 'Permissions-Policy',
    value:
      'camera=(), geolocation=(), microphone=(), publickey-credentials-create=(self), publickey-credentials-get=(self)',
  },
] as const;

/** Tells browsers to use https only, for two years and for subdomains too. Sent over https. */
export const strictTransportSecurity = {
  key: 'Strict-Transport-Security',
  value: 'max-age=63072000; includeSubDomains',
};

/**
 * Builds a page's Content-Security-Policy. Scripts need the nonce, or a loader that has it, and inline styles need the
 * nonce. Development also allows `eval` and any inline style.
 */
export function contentSecurityPolicy(nonce: string, options: { isSecure: boolean; isDevelopment: boolean }): string {
  return [
    `default-src 'self'`,
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${options.isDevelopment ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${options.isDevelopment ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    ...(options.isDevelopment ? [] : [`require-trusted-types-for 'script'`, 'trusted-types default']),
    ...(options.isSecure ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

const secretPages: readonly string[] = [paths.reset, paths.undo, paths.outbox, paths.loginContinue];

/** Returns a page's `Referrer-Policy`. A page that holds the secret of a mailed link or of a provider's answer names itself to nobody. */
export function referrerPolicy(path: string): 'no-referrer' | 'same-origin' {
  return secretPages.includes(path) ? 'no-referrer' : 'same-origin';
}

/** Reads the nonce out of a policy that `contentSecurityPolicy` built. */
export function nonceOf(policy: string | null): string | undefined {
  return policy?.match(/'nonce-([^']+)'/)?.[1];
}

/** Makes a nonce of 128 random bits in base64. */
export function newNonce(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
}
