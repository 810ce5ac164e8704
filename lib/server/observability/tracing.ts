import 'server-only';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { onDrain } from '#lib/server/runtime/drain.ts';

/** Removes from each span what may quote a user's input: the query string, and the messages and stacks of errors. */
export const withoutWords: SpanProcessor = {
  onStart() {},
  onEnd({ attributes, events, status }) {
    // Next sets it as a span begins, or later.
    const target = attributes['http.target'];
    if (typeof target === 'string') attributes['http.target'] = target.split('?', 1)[0] ?? '';
    delete status.message;
    for (const event of events) {
      delete event.attributes?.['exception.message'];
      delete event.attributes?.['exception.stacktrace'];
    }
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

/**
 * Starts sending Next's own spans, by OTLP over http, to the collector that the standard OTEL_ variables name; the
 * libraries read these variables themselves. Spans that are still buffered are sent before the process ends.
 */
export function startTracing(): void {
  const named = resourceFromAttributes({ 'service.name': 'latchkey' });
  const provider = new NodeTracerProvider({
    resource: named.merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [withoutWords, new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  provider.register();
  onDrain(() => provider.shutdown());
}
