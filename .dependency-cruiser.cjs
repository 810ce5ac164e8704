/** The arrow of ARCHITECTURE.md as law. `npm run boundaries` also proves that it bites. */
const forbidden = (name, from, to, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to,
});
const outside = (...allowed) => ({ pathNot: allowed });
/** What every feature of lib/server may stand on. */
const foundations =
  '(?:sessions|activity|limits|mail|second-factors|passkeys|providers|crypto|observability|runtime|http)';
/** Packages by name. The folder may be a link out of a copy of this checkout. */
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;

/** Features that a team takes out and replaces by its own. `node scripts/without-tenants.ts` shows that it can. */
const tenants = ['tasks', 'demo'];
const inside = (tenant) => `/${tenant}[/.]`;
/** Where a tenant is named outside of its own folders. */
const registries = [
  '^lib/core/(contracts|requester|accounts/export)\\.ts$',
  '^lib/server/runtime/(purge|exports)\\.ts$',
  '^db/(store/store|queries/(queries|purge)|(sqlite|postgres)/tables)\\.ts$',
  '^components/(shell/navigation|activity/words|accounts/places)\\.tsx?$',
  '^app/\\(public\\)/page\\.tsx$',
];

/** Files of lib/server that plain Node loads: scripts, server.ts and the hashing threads. */
const plainNode =
  '(crypto/(access-token|password-worker)|observability/(log|refusals|request-times|workers)|runtime/(booted|database-start|drain|env|start-problem))\\.ts$|http/front/';

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
      outside('^lib/(core|client)/', npm('react', 'zod', '@simplewebauthn/browser')),
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
      'lib-imports-inward',
      '^lib/(server|edge|core|client)/',
      { path: '^(app|components|scripts|tests)/' },
      'The arrow points inward.',
    ),
    forbidden(
      'db-has-one-door',
      '^(?!db/|scripts/|tests/|drizzle\\.config)',
      { path: '^db/(?!index\\.ts$|store/)' },
      'The door is db/index.ts, the port is db/store.',
    ),
    forbidden(
      'dialects-are-strangers',
      '^db/(sqlite|postgres)/',
      { path: '^db/(sqlite|postgres)/', pathNot: '^db/$1/' },
      'They share db/queries.',
    ),
    forbidden(
      'use-cases-know-no-http',
      '^lib/server/(?!http/|runtime/)',
      { path: '^lib/server/http/' },
      'A use case is called by handlers, pages, commands and jobs alike.',
    ),
    {
      name: 'features-never-import-each-other',
      comment:
        'What two features need sinks into a foundation: sessions, activity, limits, mail, second-factors, passkeys, providers.',
      severity: 'error',
      from: { path: `^lib/server/(?!${foundations}/)([^/]+)/`, pathNot: '\\.test\\.ts$' },
      to: { path: '^lib/server/', pathNot: `^lib/server/($1|${foundations})/` },
    },
    {
      name: 'foundations-import-no-feature',
      comment: 'A foundation must not know what stands on it. runtime and http put everything together.',
      severity: 'error',
      from: {
        path: `^lib/server/(sessions|activity|limits|mail|second-factors|passkeys|providers|crypto|observability)/`,
        pathNot: '\\.test\\.ts$',
      },
      to: { path: '^lib/server/', pathNot: `^lib/server/${foundations}/` },
    },
    ...tenants.map((tenant) =>
      Object.assign(
        forbidden(
          'nobody-imports-a-tenant',
          '.',
          { path: inside(tenant) },
          'It can be taken out: a few registries name it, each in lines that end with its name in a comment.',
        ),
        { from: { pathNot: [inside(tenant), ...registries] } },
      ),
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
      module: { path: '^lib/server/', pathNot: `\\.test\\.ts$|^lib/server/(${plainNode})` },
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
