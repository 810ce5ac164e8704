/** `npm run latchkey -- <command>`: runs a command for operators, on the database and the settings of `npm start`. */
import { fileURLToPath } from 'node:url';
import { run } from './cli/run.ts';
import { processTerminal } from './cli/terminal.ts';
import { loadEnv } from './load-env.ts';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
loadEnv();
process.exitCode = await run(process.argv.slice(2), processTerminal);
