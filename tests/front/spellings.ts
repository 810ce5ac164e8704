/** Ways to write a path that a router may read in more than one way. */

/** Writes `path` in other ways, most of which name nothing. */
export function spellings(path: string): string[] {
  const last = path.slice(path.lastIndexOf('/') + 1);
  const letter = `%${(last.codePointAt(0) ?? 0).toString(16)}${last.slice(1)}`;
  return [
    ...[
      '/',
      '//',
      '/.',
      '/..',
      '/index',
      '/index/index',
      ';a=b',
      ';',
      '.rsc',
      '.json',
      '.html',
      '.txt',
      '.prefetch.rsc',
    ],
    ...['.segments/_tree.segment.rsc', '.segments/_full.segment.rsc', '\\', '%20', '%00', '%0a', '%2e', '%2f', '%5c'],
    ...[
      '%3fa=b',
      '%3fnxtPid=x',
      '%23',
      '#',
      '#a',
      '#?nxtPid=x',
      '+',
      '*',
      ':',
      '%7f',
      '%ff',
      '%C3%A9',
      '\u00e9',
      '~',
      ',',
      '@',
    ],
  ]
    .map((end) => path + end)
    .concat(
      ['/', '//', '/.', '/%2e', '/x/..', '/x/%2e%2e', '/x/..%2f..', '/_next/data/build', '/_next/static/..'].map(
        (start) => start + path,
      ),
      ['/', '//', '/./', '/%2e/', '/x/../', '/x/%2e%2e/', '%2f', '\\', ';/', '/%20', '/(a)/'].map((slash) =>
        path.replace(/^\/api\//, `/api${slash}`),
      ),
      [
        `/_next/data/build${path}.json`,
        path.toUpperCase(),
        path.replace('/api', '/API'),
        path.replace('/api', '/%61pi'),
      ],
      [
        path.replace(last, letter),
        `${path}/${'a'.repeat(3000)}`,
        path + '/a'.repeat(1500),
        `${path}${'%61'.repeat(2000)}`,
      ],
      [`/index${path}`, `/en${path}`, `http://localhost:3000${path}`, `//evil.example${path}`, path.slice(1)],
    );
}

/** Writes queries that Next, a browser or a proxy gives a meaning to, or reads in its own way; `other` is another id. */
export function queries(other: string): string[] {
  const names = [
    'nxtPid',
    '%6extPid',
    'nXtPid',
    'NXTPID',
    'nxtIid',
    'nxtPnxtPid',
    'nxtP%69d',
    '%00nxtPid',
    'id',
    '%69d',
    'path',
  ];
  const internal = [
    '__nextLocale',
    '__nextDefaultLocale',
    '__nextDataReq',
    '__nextFallback',
    '__nextSsgPath',
    '__next',
  ];
  return [
    ...names.flatMap((name) => [`${name}=${other}`, `a=b&${name}=${other}`, `${name}=${other}&${name}=${other}`]),
    ...internal.map((name) => `${name}=1`),
    ...[
      '_rsc=',
      '_rsc=1a2b3',
      'a=b&_rsc=x',
      'rsc=1',
      'amp=1',
      'page=1',
      'page=1&size=5',
      'size=5&page=2&page=1',
      'page=0',
    ],
    ...[
      '',
      'a',
      '=',
      '=b',
      '&',
      '&&',
      '?',
      '?nxtPid=x',
      'a=b&',
      '&a=b',
      'a=b=c',
      'a[]=1',
      'a[b]=1',
      'a=+',
      'a=%20',
      'a=%2B',
    ],
    ...[
      'a=%00',
      'a=%zz',
      'a=%',
      'a=%C3%28',
      'a=%FF',
      'a=\u00e9',
      'A=b',
      '_a=b',
      'a-b=c',
      'a.b=c',
      'a=b;c=d',
      'a=b#nxtPid=x',
    ],
    ...[
      'page=%31',
      'p%61ge=1',
      'page=1;size=2',
      'page=1%26size=2',
      'toString=1',
      '__proto__=1',
      'a=b:c',
      'a=.',
      'a=..%2f',
      'a=~',
    ],
    `a=${'b'.repeat(6000)}`,
    'a=b&'.repeat(90),
  ];
}
