import app from '../../../next.config.mjs';
import { shared } from '../shared/next-config.mjs';

// `middleware.edge.ts` is a middleware only where `edge.ts` counts as an extension: one source, built twice.
const isBehindMiddleware = process.env.FLOOR_MIDDLEWARE === 'on';

/** The app's own configuration. */
export default {
  ...app,
  ...shared,
  distDir: isBehindMiddleware ? '.next/edge' : '.next/bare',
  pageExtensions: [...shared.pageExtensions, ...(isBehindMiddleware ? ['edge.ts'] : [])],
};
