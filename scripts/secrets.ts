import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { isWeakSecret, type KeyAlgorithm } from '#lib/core/setting-kinds.ts';
import { StartProblem } from '#lib/server/runtime/start-problem.ts';

/** Makes a random secret of 384 bits. One that happens to contain a word that the settings refuse is drawn again. */
export function newSecret(): string {
  const secret = randomBytes(48).toString('base64url');
  return isWeakSecret(secret) ? newSecret() : secret;
}

/** Makes a private key as a JWK (RFC 7517), named by its thumbprint (RFC 7638). An RSA key has 3072 bits. */
export async function newKey(alg: KeyAlgorithm = 'EdDSA'): Promise<object> {
  const { privateKey } = await generateKeyPair(alg, { modulusLength: 3072, extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = (await calculateJwkThumbprint(jwk)).slice(0, 16);
  return { ...jwk, kid, alg, use: 'sig' };
}

/** Writes keys as a JWK set, quoted for a settings file. */
export function keySetLine(keys: object[]): string {
  return `'${JSON.stringify({ keys })}'`;
}

const newKeySet = async (alg?: KeyAlgorithm) => keySetLine([await newKey(alg)]);

/** Makes all three secrets, with an access key for `alg`. Returns them as lines of a settings file. */
export async function newSecrets(alg?: KeyAlgorithm): Promise<string[]> {
  return Promise.all(Object.entries(makers).map(async ([name, make]) => `${name}=${await make(alg)}`));
}

const makers = { AUTH_SECRET: newSecret, SESSION_SECRET: newSecret, ACCESS_TOKEN_KEYS: newKeySet };

/**
 * Makes the secrets that neither the environment nor `file` has, or has empty, and appends them to `file`, which gets mode 0600.
 * Overwrites nothing. Returns the names of the secrets that it made. Throws a `StartProblem` if `file` cannot be written.
 */
export async function makeMissingSecrets(file: string): Promise<string[]> {
  const known = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const inFile = parseEnv(known);
  const isMissing = (name: string) => !process.env[name]?.trim() && !inFile[name]?.trim();
  const missing = Object.entries(makers).filter(([name]) => isMissing(name));
  if (missing.length === 0) return [];
  const lines = await Promise.all(missing.map(async ([name, make]) => `${name}=${await make()}\n`));
  const separator = known === '' || known.endsWith('\n') ? '' : '\n';
  const names = missing.map(([name]) => name);
  try {
    appendFileSync(file, separator + lines.join(''), { mode: 0o600 });
    chmodSync(file, 0o600);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : error;
    throw new StartProblem(
      `${names.join(', ')}: not set, and ${file} cannot be written (${code}). Set them: \`npm run latchkey -- keys new\` prints new ones.`,
    );
  }
  return names;
}
