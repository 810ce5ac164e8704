import 'server-only';
import { privateNoStore } from '#lib/edge/respond.ts';
import { logFault } from '#lib/server/observability/log.ts';
import type { Container } from '#lib/server/runtime/container.ts';

/**
 * Answers with a JSON file to be kept under a name, written as its pieces come: the next one is read once the client took the
 * last. A fault on the way is logged and cuts the connection, so that nobody takes a part for the whole.
 */
export function answerFile({ log }: Pick<Container, 'log'>, name: string, pieces: AsyncIterable<string>): Response {
  const iterator = pieces[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      } catch (error) {
        logFault(log, error);
        controller.error(error);
      }
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  const headers = { 'Content-Type': 'application/json', 'Content-Disposition': `attachment; filename="${name}"` };
  return new Response(body, { headers: { ...privateNoStore, ...headers } });
}
