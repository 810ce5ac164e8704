/** One of several processes that answer on the same port; scripts/supervise.ts starts it. */
import { serve } from '../server.ts';

await serve({ isDevelopment: false });
