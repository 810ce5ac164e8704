import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export interface SlowNetwork {
  base: string;
  /** Delay of every request from now on. Answers pass at once, and opening a connection costs nothing. */
  delayMs: number;
  /** Base URL of the server, once it is known. */
  to: string;
  close(): void;
}

/** Starts a TCP proxy with a delay. DevTools' own throttling leaves redirects out, and those are to be counted. */
export async function slowNetwork(): Promise<SlowNetwork> {
  const server = createServer((near) => {
    const { hostname, port } = new URL(network.to);
    const far = connect(Number(port), hostname);
    near.on('data', (chunk) => setTimeout(() => far.write(chunk), network.delayMs));
    far.pipe(near);
    near.on('close', () => far.destroy()).on('error', () => far.destroy());
    far.on('close', () => near.destroy()).on('error', () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  const network: SlowNetwork = {
    base: `http://127.0.0.1:${address.port}`,
    delayMs: 0,
    to: '',
    close: () => server.close(),
  };
  return network;
}
