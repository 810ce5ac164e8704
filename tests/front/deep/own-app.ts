/** An app of routes that the real one does not have, on the same server and Next, as a team may change it; built once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Routes that answer where they stand, each with what its file says besides. Some shadow others. */
const places: Record<string, string> = {
  'shadow/[x]/c': '',
  'shadow/b/[...rest]': '',
  'kinds/[id]': '',
  'kinds/still': "export const dynamic = 'force-static';",
  'kinds/edge': "export const runtime = 'edge';",
  legacy: '',
  'kinds.json': '',
};

/** Changes to files: what the middleware asks for besides, and a redirect. */
const changes: [file: string, before: string, added: string][] = [
  [
    'middleware.ts',
    'try {\n    await bearerClaims',
    `const kind = request.headers.get('x-kind');
  if (kind === 'body' && (await request.text()).includes('evil')) return new Response(null, { status: 403 });
  if (kind === 'https' && request.nextUrl.protocol === 'https:') return new Response(null, { status: 403 });
  `,
  ],
  [
    'next.config.mjs',
    'poweredByHeader',
    "redirects: async () => [{ source: '/API/own/LEGACY', destination: '/api/live', permanent: false }],\n  ",
  ],
];

/** Builds it in a folder of the checkout, where Next finds what is installed. Returns the folder. Takes half a minute. */
export async function buildOwnApp(): Promise<string> {
  mkdirSync('test-results', { recursive: true });
  const folder = mkdtempSync('test-results/own-routes-');
  for (const part of ['db', 'lib', 'public', 'scripts', 'package.json', 'app/api/live', ...globSync('*.{ts,mjs}')])
    if (!/\.test\.ts$|instrumentation-client/.test(part)) cpSync(part, join(folder, part), { recursive: true });
  for (const name of ['echo', 'faults', 'later'])
    cpSync(join(import.meta.dirname, `routes/${name}.ts`), join(folder, 'app/api/own', name, 'route.ts'));
  for (const [place, besides] of Object.entries(places)) {
    const file = join(folder, 'app/api/own', place, 'route.ts');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${besides}\nexport const GET = () => new Response('${place}');\n`);
  }
  for (const [name, before, added] of changes) {
    const text = readFileSync(join(folder, name), 'utf8');
    if (!text.includes(before)) throw new Error(`${name} has no ${before}`);
    writeFileSync(join(folder, name), text.replace(before, added + before));
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const build = spawn(process.execPath, [join(folder, 'scripts/start.ts'), '--build'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Buffer[] = [];
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (part: Buffer) => said.push(part));
  const [code] = await once(build, 'close');
  if (code === 0) return folder;
  rmSync(folder, { recursive: true });
  throw new Error(`The build failed:\n${Buffer.concat(said)}`);
}
