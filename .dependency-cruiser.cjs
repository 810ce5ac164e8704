/** The arrow of ARCHITECTURE.md as law. `npm run boundaries` also proves that it bites. */
const forbidden = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to,
});
const outside = (...allowed) => ({ pathNot: allowed });
const npm = (...names) => `^node_modules/(${names.join('|')})(/|$)`;

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    forbidden('core-is-pure', '^lib/core/', outside('^lib/core/', npm('zod')), 'Pure rules: itself and zod.'),
    forbidden(
      'edge-is-web',
      '^lib/edge/',
      outside('^lib/(core|edge)/', npm('zod', 'jose', 'iron-session', 'next')),
      'Web APIs only.',
    ),
    forbidden(
      'middleware-is-edge',
      '^middleware\\.ts$',
      outside('^lib/(core|edge)/', npm('next')),
      'Verify, then pass or refuse.',
    ),
    forbidden(
      'client-is-browser',
      '^lib/client/',
      outside('^lib/(core|client)/', npm('react', 'zod')),
      'Browser only.',
    ),
    forbidden(
      'components-are-browser',
      '^components/',
      { path: '^(lib/(server|edge)|db|app)/' },
      'No server code in a component.',
    ),
    forbidden('app-never-asks-the-database', '^app/', { path: '^db/' }, 'Pages and handlers call use cases.'),
    forbidden(
      'app-is-not-edge-or-client-code',
      '^lib/(server|edge|core|client)/',
      { path: '^(app|components|scripts|tests)/' },
      'The arrow points inward.',
    ),
    forbidden(
      'db-has-one-door',
      '^(?!db/|scripts/|tests/|drizzle\\.config)',
      { path: '^db/(?!(index|store|rows)\\.ts$)' },
      'db/index.ts, db/store.ts and db/rows.ts only.',
    ),
    forbidden(
      'dialects-are-strangers',
      '^db/(sqlite|postgres)/',
      { path: '^db/(sqlite|postgres)/', pathNot: '^db/$1/' },
      'They share db/queries.',
    ),
    forbidden(
      'nobody-imports-app-or-tests',
      '^(?!app/|tests/|scripts/(screenshots|mutants|test)\\.ts$)',
      { path: '^(app|tests)/' },
      'They are the outermost ring. The pictures for the docs are taken as a browser test would; mutants are a list of the tests; the build that is tested holds its secrets.',
    ),
    {
      name: 'browser-never-reaches-server-code',
      comment: 'Transitively: whatever the browser loads must not drag the server in.',
      severity: 'error',
      from: { path: '^(components/|lib/client/|instrumentation-client\\.ts$)', pathNot: '\\.test\\.tsx?$' },
      to: { path: '^(lib/server|db)/', reachable: true },
    },
    {
      name: 'edge-never-reaches-server-code',
      comment: 'Transitively: the middleware runs on the edge runtime.',
      severity: 'error',
      from: { path: '^(middleware\\.ts$|lib/edge/)', pathNot: '\\.test\\.ts$' },
      to: { path: '^(lib/(server|client)|db)/', reachable: true },
    },
  ],
  required: [
    {
      name: 'use-cases-are-server-only',
      comment:
        'A use case that a client component imports must fail the build. Files that plain Node loads are exempt.',
      severity: 'error',
      module: { path: '^lib/server/[^/]+\\.ts$', pathNot: '(\\.test\\.ts|/(drain|env|log|refusals)\\.ts)$' },
      to: { path: 'server-only' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|bench)/' },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
