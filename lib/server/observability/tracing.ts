import 'server-only';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { onDrain } from '#lib/server/runtime/drain.ts';

/** Takes out of each span what a person may have sent: the query of the address, and the messages of errors. */
export const withoutWords: SpanProcessor = {
  onStart(span) {
    const target = span.attributes['http.target'];
    if (typeof target === 'string') span.setAttribute('http.target', target.split('?', 1)[0] ?? '');
  },
  onEnd({ events, status }) {
    delete status.message;
    for (const { attributes } of events) {
      delete attributes?.['exception.message'];
      delete attributes?.['exception.stacktrace'];
    }
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};

/**
 * Sends Next's own spans to the collector that the standard OTEL_ variables name, by OTLP over http. The libraries read those
 * variables themselves; what is held back is sent before the process ends.
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
