/** The wire between the store and its database, with what goes wrong on it. */
import { connect, createServer, type Socket } from 'node:net';

export interface Wire {
  /** The database's URL, by way of this wire. */
  url: string;
  /** From now on what the database answers never arrives, and what it is asked still does. */
  deafen(): void;
  /** Cuts every connection. New ones go through as usual. */
  cut(): void;
  close(): Promise<void>;
}

export async function startWire(databaseUrl: string): Promise<Wire> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let isDeaf = false;
  const server = createServer((client) => {
    const database = connect(Number(target.port), target.hostname);
    const both = [client, database];
    for (const socket of both) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        for (const end of both) end.destroy();
      });
    }
    client.on('data', (bytes) => database.write(bytes));
    database.on('data', (bytes) => {
      if (!isDeaf) client.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = new URL(databaseUrl);
  url.port = String(typeof address === 'object' && address ? address.port : 0);
  const cut = () => {
    isDeaf = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    deafen() {
      isDeaf = true;
    },
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
