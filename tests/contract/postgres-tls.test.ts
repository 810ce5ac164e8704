import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresPool } from '#db/postgres/pool.ts';
import { type PostgresServer, startPostgres } from '#tests/support/postgres-server.ts';

/** A server of its own, whose certificate is for `localhost` and signed by nobody that this machine trusts. */
let server: PostgresServer;
let folder: string;

beforeAll(async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  server = await startPostgres({ tls: { key, cert } });
  folder = mkdtempSync(join(tmpdir(), 'latchkey-tls-'));
  writeFileSync(join(folder, 'ca.pem'), cert);
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Whether the connection that such a URL makes is encrypted. Throws as the client does. */
async function isEncrypted(host: string, query: string): Promise<boolean> {
  const url = `${server.urlOf('postgres').replace('127.0.0.1', host)}${query}`.replace('CA', join(folder, 'ca.pem'));
  const pool = postgresPool(url, { connections: 1, waitSeconds: 5 });
  try {
    return await pool.use(async (connection) => {
      const { rows } = await connection.client.query('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
      return rows[0]?.ssl;
    });
  } finally {
    await pool.close();
  }
}

test.each([
  ['', false],
  ['?sslmode=disable', false],
  ['?sslmode=no-verify', true],
  ['?sslmode=require&sslrootcert=CA', true],
  ['?sslmode=verify-full&sslrootcert=CA', true],
])('a URL with %j is encrypted: %s', async (query, encrypted) => {
  expect(await isEncrypted('localhost', query)).toBe(encrypted);
});

test.each([
  ['require', 'localhost', 'sslmode=require', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['verify-ca', 'localhost', 'sslmode=verify-ca', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['verify-full', 'localhost', 'sslmode=verify-full', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['verify-full at another name', '127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('%s takes no certificate that it cannot check, and says so at once', async (_, host, query, code) => {
  await expect(isEncrypted(host, `?${query}`)).rejects.toThrow(`The database failed: ${code}.`);
});
