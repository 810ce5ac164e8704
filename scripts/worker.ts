/** Serves as one of several worker processes on the same port. scripts/supervise.ts starts them. */
import { serve } from '../server.ts';

await serve({ isDevelopment: false });
