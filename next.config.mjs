/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked by `npm run types`, once, for the whole tree.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['better-sqlite3', 'prom-client'],
  // Middleware buffers request bodies; handlers refuse more than 16 KiB themselves.
  experimental: { proxyClientMaxBodySize: '32kb' },
};
