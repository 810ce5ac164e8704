import { headersOfEveryAnswer } from './lib/edge/security-headers.ts';

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run types`, once, for the whole tree.
  typescript: { ignoreBuildErrors: true },
  // No page has a picture that needs it: one door less.
  images: { unoptimized: true },
  serverExternalPackages: ['better-sqlite3', 'prom-client'],
  // server.ts sets them as well, on what never comes this far. Not Cache-Control: it would override what handlers say.
  headers: async () => [{ source: '/:path*', headers: [...headersOfEveryAnswer] }],
  // Middleware buffers request bodies; handlers refuse more than 16 KiB themselves.
  experimental: { proxyClientMaxBodySize: '32kb' },
};
