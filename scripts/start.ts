/**
 * `npm start`, `npm run dev` and `npm run build`. Makes Node keep its compiled code, so that the next start is faster.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// The variable is inherited by the hashing threads and the worker processes.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.next/cache/compile', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('./launch.ts');
