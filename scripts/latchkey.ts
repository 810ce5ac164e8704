/** `npm run latchkey -- <command>`: runs a command for operators, on the database and the settings of `npm start`. */
import { fileURLToPath } from 'node:url';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { loadEnv } from './load-env.ts';
import { endOnSignal } from './signals.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
endOnSignal(143);
loadEnv();
process.exitCode = await run(process.argv.slice(2), processTerminal);
