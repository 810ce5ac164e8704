import app from '../../../next.config.mjs';
import { shared } from '../shared/next-config.mjs';

// `middleware.edge.ts` is a middleware only where `edge.ts` counts as an extension: one source, built twice.
const isBehindMiddleware = process.env.FLOOR_MIDDLEWARE === 'on';

/**
 * Returns the app's headers without its Content-Security-Policy. That policy is for answers that are no page: the app's
 * middleware replaces it on pages, whose scripts would not run under it.
 */
async function headers() {
  const rules = await app.headers();
  const isKept = ({ key }) => key !== 'Content-Security-Policy';
  return rules.map((rule) => ({ ...rule, headers: rule.headers.filter(isKept) }));
}

/** The app's own configuration. */
export default {
  ...app,
  ...shared,
  headers,
  distDir: isBehindMiddleware ? '.next/edge' : '.next/bare',
  pageExtensions: [...shared.pageExtensions, ...(isBehindMiddleware ? ['edge.ts'] : [])],
};
