/** Runs at the end of `next build` and writes down what Next has built (Next's documentation: "Adapters"). */
import { writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { NextAdapter } from 'next';
import { headersOfEveryAnswer } from '#lib/edge/security-headers.ts';

/** File in Next's folder that the adapter writes and direct.ts reads. */
export const builtFile = 'latchkey-front.json';

/** Parts of a build that direct.ts calls, and what it needs to know of them. Files are relative to Next's folder. */
export interface Built {
  buildId: string;
  middleware: { files: string[]; entryKey: string; handlerExport: string; env: Record<string, string> };
  /** Regular expression of the paths that the middleware guards. */
  guarded: string;
  /** Regular expression of the paths that next.config.mjs redirects, rewrites, or adds headers to. */
  configured: string;
  /** API routes, without catch-alls. Those without parameters come first. */
  routes: { regex: string; file: string }[];
  /** Value of the `Vary` header that Next adds to what routes answer. */
  vary: string;
}

const adapter: NextAdapter = {
  name: 'latchkey',
  onBuildComplete({ outputs, routing, distDir, buildId }) {
    const { edgeRuntime, assets, config } = outputs.middleware ?? {};
    if (!edgeRuntime) return;
    const files = Object.values(assets ?? {}).map((path) => relative(distDir, path));
    const rules = [...routing.beforeMiddleware, ...routing.beforeFiles, ...routing.afterFiles];
    const dynamic = new Map(routing.dynamicRoutes.map(({ source, sourceRegex }) => [source, sourceRegex]));
    const routes = outputs.appRoutes
      .filter(({ pathname, runtime }) => runtime === 'nodejs' && /^\/api(?!.*(\.rsc$|\[\.\.\.))/.test(pathname))
      .toSorted((a, b) => Number(dynamic.has(a.pathname)) - Number(dynamic.has(b.pathname)));
    const built: Built = {
      buildId,
      middleware: { ...edgeRuntime, files, env: config?.env ?? {} },
      guarded: either(routing.middlewareMatchers),
      configured: either(rules.filter((rule) => !isSetByServer(rule))) || '(?!)',
      routes: routes.map(({ pathname, filePath }) => ({
        regex: dynamic.get(pathname) ?? `^${pathname}$`,
        file: relative(distDir, filePath),
      })),
      vary: routing.rsc.varyHeader,
    };
    writeFileSync(join(distDir, builtFile), JSON.stringify(built));
  },
};

const either = (rules: { sourceRegex: string }[]) => rules.map(({ sourceRegex }) => sourceRegex).join('|');

/** Tells whether a rule only adds headers that server.ts sets on every answer. */
function isSetByServer({ headers, status }: { headers?: Record<string, string>; status?: number }): boolean {
  const set = Object.fromEntries(headersOfEveryAnswer.map(({ key, value }) => [key, value]));
  return status === undefined && Object.entries(headers ?? { '': '' }).every(([key, value]) => set[key] === value);
}

export default adapter;
