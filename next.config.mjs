import { fileURLToPath } from 'node:url';
import { headersOfEveryAnswer } from './lib/edge/security-headers.ts';
import { publicFiles } from './scripts/public-files.ts';

/** @type {import('next').NextConfig} */
export default {
  // Tells server.ts what was built. A platform names an adapter of its own.
  adapterPath:
    process.env.NEXT_ADAPTER_PATH ?? fileURLToPath(import.meta.resolve('./lib/server/http/front/next-adapter.ts')),
  poweredByHeader: false,
  reactStrictMode: true,
  // The title is part of a page's first answer, not streamed after it: else it is gone for a moment at each refresh.
  htmlLimitedBots: /.*/,
  // Types are checked by `npm run types`, once, for the whole tree.
  typescript: { ignoreBuildErrors: true },
  // No page needs Next's image optimizer, so its endpoint is switched off.
  images: { unoptimized: true },
  // One copy of each, whatever bundle asks: what one makes, the others are to know.
  serverExternalPackages: ['better-sqlite3', 'prom-client', 'openid-client'],
  // Written into the middleware, which cannot read the disk: these paths, and no other, are served to anybody.
  env: { LATCHKEY_PUBLIC_FILES: JSON.stringify(publicFiles('public')) },
  // server.ts sets these too, for answers that Next never sees. Cache-Control is not among them: here it would override
  // the handlers'.
  headers: async () => [{ source: '/:path*', headers: [...headersOfEveryAnswer] }],
  // Else Next writes a request's query anew before the middleware sees it, and `next` would not lead back to the address
  // that was asked for: `?a` would become `?a=`, `%20` a plus.
  skipProxyUrlNormalize: true,
  // Middleware buffers request bodies; handlers refuse more than 16 KiB themselves.
  experimental: { proxyClientMaxBodySize: '32kb' },
};
