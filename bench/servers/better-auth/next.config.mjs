import { shared } from '../shared/next-config.mjs';

const runtime = process.env.BETTER_AUTH_MIDDLEWARE === 'edge' ? 'edge' : 'node';

/** One source, built twice: `proxy.node.ts` and `middleware.edge.ts` are each found in one of the builds. */
export default {
  ...shared,
  distDir: `.next/${runtime}`,
  pageExtensions: [...shared.pageExtensions, `${runtime}.ts`],
};
