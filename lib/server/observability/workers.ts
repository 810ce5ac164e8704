/**
 * Whichever worker is asked answers for all of them: it asks the supervisor, where prom-client collects and adds up. This file
 * is both ends of that question. prom-client is one module in a process, whoever loads it.
 */
import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';
import * as z from 'zod/mini';

const question = z.object({ type: z.literal('latchkey:scrape'), id: z.string() });
const answer = z.object({ type: z.literal('latchkey:scraped'), id: z.string(), text: z.nullable(z.string()) });

// In a worker this is what listens for prom-client's own question: from the start, or a worker that still boots stays silent.
const aggregator = new AggregatorRegistry();

/** In the supervisor: answers the workers' questions. */
export function answerScrapes(): void {
  cluster.on('message', async (worker, message: unknown) => {
    const asked = question.safeParse(message);
    if (!asked.success) return;
    const text = await aggregator.clusterMetrics().catch(() => null);
    if (worker.isConnected()) worker.send({ type: 'latchkey:scraped', id: asked.data.id, text });
  });
}

/** In a worker: what counts here is in these registries. */
export function shareRegistries(registries: Registry[]): void {
  AggregatorRegistry.setRegistries(registries);
}

let underWay: Promise<string | null> | null = null;

/** In a worker: the metrics of all workers, added up; null when one of them gave no answer. Questions at once are one. */
export function sumOfWorkers(): Promise<string | null> {
  underWay ??= ask().finally(() => {
    underWay = null;
  });
  return underWay;
}

function ask(): Promise<string | null> {
  const id = crypto.randomUUID();
  return new Promise((resolve) => {
    const onMessage = (message: unknown) => {
      const answered = answer.safeParse(message);
      if (!answered.success || answered.data.id !== id) return;
      process.off('message', onMessage);
      resolve(answered.data.text);
    };
    process.on('message', onMessage);
    process.send?.({ type: 'latchkey:scrape', id });
  });
}
