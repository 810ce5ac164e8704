/** Serves as one of several worker processes on the same port, until scripts/supervise.ts says that it has to end. */
import { ignoreSignals } from './signals.ts';

// A terminal and a service manager signal the workers too. A worker that closed its port by itself might still be given a
// connection by the supervisor, and nobody would answer that.
ignoreSignals();
const stopping = new AbortController();
process.on('message', (message) => {
  if (message === 'stop') stopping.abort();
});
// A message that came before the listener is lost.
if (!process.connected) process.exit();
const { serve } = await import('../server.ts');
await serve({ isDevelopment: false, stopping: stopping.signal });
