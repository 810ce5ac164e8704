/**
 * Lets any worker answer with the metrics of all: it asks the supervisor, where prom-client collects and adds them up.
 * This file is both ends of that exchange. Each process has one prom-client module, whichever bundle imports it.
 */
import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import * as z from 'zod/mini';

const question = z.object({ type: z.literal('latchkey:scrape'), id: z.string() });
const answer = z.object({ type: z.literal('latchkey:scraped'), id: z.string(), text: z.nullable(z.string()) });

// In a worker this object answers prom-client's own messages. Made on import, so that a worker answers while it is
// still booting.
const aggregator = new AggregatorRegistry();

/** Starts answering the workers' questions. Called in the supervisor. */
export function answerScrapes(): void {
  cluster.on('message', async (worker, message: unknown) => {
    const asked = question.safeParse(message);
    if (!asked.success) return;
    const text = await aggregator.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ type: 'latchkey:scraped', id: asked.data.id, text });
  });
}

/** Sets the registries that this worker contributes. Called in a worker. */
export function shareRegistries(registries: Registry[]): void {
  AggregatorRegistry.setRegistries(registries);
}

let pending: Promise<string | null> | null = null;

/**
 * Asks the supervisor for the metrics of all workers, added up, in Prometheus's text format; null when a worker gave no
 * answer. Concurrent calls share one question. Called in a worker.
 */
export function sumOfWorkers(): Promise<string | null> {
  pending ??= askSupervisor().finally(() => {
    pending = null;
  });
  return pending;
}

function askSupervisor(): Promise<string | null> {
  const id = crypto.randomUUID();
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const answered = answer.safeParse(message);
      if (answered.success && answered.data.id === id) finish(answered.data.text);
    };
    // A worker that has to stop is disconnected before it has finished.
    const onDisconnect = () => finish(null);
    const finish = (text: string | null) => {
      process.off('message', onMessage).off('disconnect', onDisconnect);
      resolve(text);
    };
    process.on('message', onMessage).on('disconnect', onDisconnect);
    process.send?.({ type: 'latchkey:scrape', id }, (error: Error | null) => error && onDisconnect());
  });
}
