/** What a collector of traces is told of a request, past Next's router and through it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, type Span, spansOf, startCollector } from '#tests/support/collector.ts';
import { bearer, cookies, request } from './bytes.ts';
import { type Pair, startPair } from './pair.ts';

let collectors: Collector[];
let pair: Pair;

beforeAll(async () => {
  collectors = await Promise.all([startCollector(), startCollector()]);
  const [direct, next] = collectors.map(({ url }) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: url }));
  pair = await startPair({ people: 1, own: { direct: direct ?? {}, next: next ?? {} } });
}, 120_000);
afterAll(async () => {
  await pair.close();
  for (const collector of collectors) collector.close();
});

/** Spans of work that is done once, or that only Next's router has. */
const ofTheRouter = ['NextNodeServer.findPageComponents', 'LoadComponents.loadRouteModule'];

/** Writes a trace as lines, each span below its parent, but for what only Next's router has. */
function tree(spans: Span[], parentId: string): string[] {
  return spans
    .filter((span) => span.parentId === parentId)
    .flatMap(({ id, name, kind, attributes, status, events }) => {
      const below = tree(spans, id);
      if (ofTheRouter.includes(attributes['next.span_type'] ?? '')) return below;
      // Around a request that the middleware sees, the router has one more, which knows no route.
      const isAround = 'next.bubble' in attributes && below.length > 0;
      if (isAround) return below;
      const told = [name, kind, status, JSON.stringify(Object.entries(attributes).sort()), JSON.stringify(events)];
      return [told.join(' '), ...below.map((line) => `  ${line}`)];
    });
}

test('a trace has the same spans, names, parents and attributes, and no word that anybody sent', async () => {
  const { ann } = pair.world;
  const secret = 'gherkin';
  const asked: Record<string, string> = {
    'a read': request('GET', `/api/me?search=${secret}`, { headers: [bearer(ann)] }),
    'a refusal': request('GET', `/api/me?search=${secret}`),
    'a public one': request('POST', `/api/auth/token?search=${secret}`, {
      body: `{"email":"${secret}@example.org","password":"${secret}"}`,
    }),
    'an id': request('DELETE', `/api/auth/sessions/${ann.otherSessionId}?search=${secret}`, { headers: [bearer(ann)] }),
    'a page': request('GET', `/account?search=${secret}`, { headers: ['Sec-Fetch-Dest: document', cookies(ann)] }),
  };
  const traceId = (index: number) => `${index}`.repeat(32);
  for (const [index, bytes] of Object.values(asked).entries()) {
    const parent = `traceparent: 00-${traceId(index + 1)}-b7ad6b7169203331-01`;
    await pair.same(bytes.replace('\r\n', `\r\n${parent}\r\n`));
  }
  await pair.said();
  const [direct = [], next = []] = collectors.map(spansOf);
  for (const [index, name] of Object.keys(asked).entries()) {
    const of = (spans: Span[]) =>
      tree(
        spans.filter((span) => span.traceId === traceId(index + 1)),
        'b7ad6b7169203331',
      );
    expect([name, ...of(direct)]).toEqual([name, ...of(next)]);
    expect(of(direct).length).toBeGreaterThan(0);
  }
  for (const collector of collectors)
    for (const word of [secret, ...Object.values(ann.tokens)]) expect(collector.all().includes(word), word).toBe(false);
});
