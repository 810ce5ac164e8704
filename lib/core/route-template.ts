import { api, paths } from './routes.ts';

const exact: ReadonlySet<string> = new Set([...Object.values(paths), ...Object.values(api)]);

const withId = [
  '/tasks/[id]',
  '/api/tasks/[id]',
  '/api/auth/sessions/[id]',
  '/api/demo/sessions/[id]/refresh',
  '/api/demo/sessions/[id]/use',
].map((template) => ({ template, pattern: new RegExp(`^${template.replace('[id]', '[^/]+')}$`) }));

/** The route that a request target belongs to, for metrics: one of few values, `other` for what nobody routes. */
export function routeTemplate(target: string): string {
  const path = target.split('?', 1)[0] ?? '';
  if (exact.has(path)) return path;
  if (path.startsWith('/_next/')) return '/_next';
  return withId.find(({ pattern }) => pattern.test(path))?.template ?? 'other';
}
