/** The built app as it stands in production: plain HTTP behind a proxy that ends TLS, and told its public origin. */
import { freePort, type RunningServer, startServer } from '#tests/support/server.ts';
import { startTlsProxy } from '#tests/support/tls-proxy.ts';
import { test as base } from './fixtures.ts';
import { kept } from './kept.ts';

const serverWith = kept(async (settings): Promise<RunningServer> => {
  const [port, httpsPort] = [await freePort(), await freePort()];
  const server = await startServer({
    PORT: String(port),
    APP_URL: `https://localhost:${httpsPort}`,
    TRUSTED_PROXY_HOPS: '1',
    ...settings,
  });
  const proxy = await startTlsProxy(httpsPort, port);
  return {
    ...server,
    url: proxy.url,
    async stop() {
      await proxy.stop();
      await server.stop();
    },
  };
});

export const test = base.extend({
  server: async ({ settings }, use) => use(await serverWith(settings)),
  ignoreHTTPSErrors: true,
});
