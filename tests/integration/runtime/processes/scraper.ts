/** Asks for the metrics of all workers as a worker does that a supervisor has started, and prints what it got. */
import { sumOfWorkers } from '#lib/server/observability/workers.ts';

if (process.argv.includes('disconnected')) process.disconnect();
console.log(await sumOfWorkers());
