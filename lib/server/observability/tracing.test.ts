import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import { withoutWords } from './tracing.ts';

test('a span keeps the path of a request and the kind of an error, and no word that anybody sent', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [withoutWords, new SimpleSpanProcessor(exporter)] });
  const span = provider
    .getTracer('test')
    .startSpan('GET', { attributes: { 'http.target': '/account?search=gherkin' } });
  const late = provider.getTracer('test').startSpan('GET');
  late.setAttribute('http.target', '/login?search=gherkin');
  late.end();
  span.recordException(new TypeError('gherkin is not a function'));
  span.setStatus({ code: 2, message: 'gherkin' });
  span.end();
  const [endedLate, ended] = exporter.getFinishedSpans();
  expect(endedLate?.attributes['http.target']).toBe('/login');
  expect(ended?.attributes['http.target']).toBe('/account');
  expect(ended?.events[0]?.attributes?.['exception.type']).toBe('TypeError');
  const { attributes, events, status } = ended ?? {};
  expect(JSON.stringify({ attributes, events, status })).not.toContain('gherkin');
});
