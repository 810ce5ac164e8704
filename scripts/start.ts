/** `npm start`, `npm run dev` and `npm run build`. Node keeps what it compiles here, so that the next start need not do it again. */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// By the variable it reaches the hashing threads and the worker processes too.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../.next/cache/compile', import.meta.url));
enableCompileCache(process.env.NODE_COMPILE_CACHE);
await import('./launch.ts');
