/** Runs at the end of `next build` and writes down what Next has built (Next's documentation: "Adapters"). */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { NextAdapter } from 'next';
import { headersOfEveryAnswer } from '#lib/edge/security-headers.ts';

/** File in Next's folder that the adapter writes and direct.ts reads. */
export const builtFile = 'latchkey-front.json';

/** A build's parts that direct.ts calls. The paths of files are relative to Next's folder. */
export interface Built {
  buildId: string;
  middleware: { files: string[]; entryKey: string; handlerExport: string; env: Record<string, string> };
  /** Regular expression of the paths that the middleware guards. */
  guarded: string;
  /** Regular expression of the paths that next.config.mjs redirects, rewrites, or adds headers to. */
  configured: string;
  /** API routes without catch-alls. The first whose regular expression matches is meant. */
  routes: { regex: string; file: string }[];
  /** Value of the `Vary` header that Next adds to what routes answer. */
  vary: string;
}

const either = (rules: { sourceRegex: string }[]) => rules.map(({ sourceRegex }) => sourceRegex).join('|');

const adapter: NextAdapter = {
  name: 'latchkey',
  onBuildComplete({ outputs, routing, distDir, buildId }) {
    const { edgeRuntime, assets = {}, config } = outputs.middleware ?? {};
    if (!edgeRuntime) return;
    const setByServer = JSON.stringify(Object.fromEntries(headersOfEveryAnswer.map(({ key, value }) => [key, value])));
    const rules = [...routing.beforeMiddleware, ...routing.beforeFiles, ...routing.afterFiles];
    const orderOf = (pathname: string) => routing.dynamicRoutes.findIndex(({ source }) => source === pathname);
    const routes = outputs.appRoutes
      .filter(({ pathname, runtime }) => runtime === 'nodejs' && /^\/api(?!.*(\.rsc$|\[\.\.\.))/.test(pathname))
      .toSorted((a, b) => orderOf(a.pathname) - orderOf(b.pathname));
    const built: Built = {
      buildId,
      middleware: {
        ...edgeRuntime,
        files: Object.values(assets).map((path) => relative(distDir, path)),
        env: config?.env ?? {},
      },
      guarded: either(routing.middlewareMatchers),
      configured: either(rules.filter(({ headers }) => JSON.stringify(headers) !== setByServer)) || '(?!)',
      routes: routes.map(({ pathname, filePath }) => ({
        regex: routing.dynamicRoutes[orderOf(pathname)]?.sourceRegex ?? `^${pathname}$`,
        file: relative(distDir, filePath),
      })),
      vary: routing.rsc.varyHeader,
    };
    writeFileSync(join(distDir, builtFile), JSON.stringify(built));
  },
};

export default adapter;
