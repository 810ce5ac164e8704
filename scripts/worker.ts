/** One of several worker processes that answer on the same port. scripts/supervise.ts starts them. */
import { serve } from '../server.ts';

await serve({ isDevelopment: false });
