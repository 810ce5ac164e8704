/** Runs at the end of `next build` and writes down what Next has built (Next's documentation: "Adapters"). */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { NextAdapter } from 'next';
import { headersOfEveryAnswer } from '#lib/edge/security-headers.ts';

/** File in Next's folder that the adapter writes and direct.ts reads. */
export const builtFile = 'latchkey-front.json';

/** Parts of a build that direct.ts needs. Files are relative to Next's folder; all other paths are regular expressions. */
export interface Built {
  buildId: string;
  middleware: { files: string[]; entryKey: string; handlerExport: string; env: Record<string, string> };
  guarded: string;
  /** Paths that next.config.mjs redirects, rewrites, or adds headers to. */
  configured: string;
  /** Everything that answers API paths; the first match counts. Next answers an entry without a file. */
  routes: { path: string; file: string | undefined }[];
  /** Value of the `Vary` header that Next adds to what routes answer. */
  vary: string;
}

const escaped = (pathname: string) => pathname.replace(/[^\w/-]/g, '\\$&');
const either = (rules: { sourceRegex: string }[]) => rules.map(({ sourceRegex }) => sourceRegex).join('|');

const adapter: NextAdapter = {
  name: 'latchkey',
  onBuildComplete({ outputs, routing, distDir, buildId }) {
    const { middleware, appRoutes, appPages, pages, pagesApi, prerenders, staticFiles } = outputs;
    if (!middleware?.edgeRuntime) return;
    const files = Object.values(middleware.assets).map((path) => relative(distDir, path));
    const rules = [...routing.beforeMiddleware, ...routing.beforeFiles, ...routing.afterFiles];
    const setByServer = JSON.stringify(Object.fromEntries(headersOfEveryAnswer.map(({ key, value }) => [key, value])));
    const dynamic = routing.dynamicRoutes.map(({ source }) => source);
    const cached = prerenders.map(({ parentOutputId }) => parentOutputId);
    const callable = appRoutes.filter(
      ({ id, runtime }) => runtime === 'nodejs' && !/\[\.\.\./.test(id) && !cached.includes(id),
    );
    const built: Built = {
      buildId,
      middleware: { ...middleware.edgeRuntime, files, env: middleware.config.env ?? {} },
      guarded: either(routing.middlewareMatchers),
      configured: either(rules.filter(({ headers }) => JSON.stringify(headers) !== setByServer)) || '(?!)',
      routes: [...appRoutes, ...appPages, ...pages, ...pagesApi, ...prerenders, ...staticFiles]
        .filter(({ pathname }) => /^\/api(?!.*\.rsc$)/.test(pathname))
        .toSorted((a, b) => dynamic.indexOf(a.pathname) - dynamic.indexOf(b.pathname))
        .map(({ id, pathname }) => ({
          path: routing.dynamicRoutes[dynamic.indexOf(pathname)]?.sourceRegex ?? `^${escaped(pathname)}$`,
          file: callable.find((route) => route.id === id)?.filePath.slice(distDir.length + 1),
        })),
      vary: routing.rsc.varyHeader,
    };
    writeFileSync(join(distDir, builtFile), JSON.stringify(built));
  },
};

export default adapter;
