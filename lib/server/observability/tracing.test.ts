import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { expect, test } from 'vitest';
import { withoutWords } from './tracing.ts';

test('a span keeps the path of a request and the kind of an error, and no word that anybody sent', () => {
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [withoutWords, new SimpleSpanProcessor(exporter)] });
  const span = provider
    .getTracer('test')
    .startSpan('GET', { attributes: { 'http.target': '/account?search=gherkin' } });
  span.recordException(new TypeError('gherkin is not a function'));
  span.setStatus({ code: 2, message: 'gherkin' });
  span.end();
  const [ended] = exporter.getFinishedSpans();
  expect(ended?.attributes['http.target']).toBe('/account');
  expect(ended?.events[0]?.attributes?.['exception.type']).toBe('TypeError');
  const { attributes, events, status } = ended ?? {};
  expect(JSON.stringify({ attributes, events, status })).not.toContain('gherkin');
});
