/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run types`, once, for the whole tree.
  typescript: { ignoreBuildErrors: true },
  // No page has a picture that needs it: one door less.
  images: { unoptimized: true },
  serverExternalPackages: ['better-sqlite3', 'prom-client'],
  // Middleware buffers request bodies; handlers refuse more than 16 KiB themselves.
  // Not Cache-Control: a rule here would override what handlers say.
  headers: async () => [
    // What is not there below this path is answered by a page, past the middleware that would give it its policy.
    {
      source: '/_next/static/:path*',
      headers: [{ key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'" }],
    },
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=()' },
      ],
    },
  ],
  experimental: { proxyClientMaxBodySize: '32kb' },
};
