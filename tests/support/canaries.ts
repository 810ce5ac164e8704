/** Secrets that are known, so that a copy of one is found wherever it lies, in whatever way it is written. They guard nothing. */

const key = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: 'J1hbpZv6HInzUTxWL1QYj2fPSpZhdiNNh9q1gJh_-jg',
  d: 'sftf9LE17bSJHzzLVuktADyhKWQFBTFtSOADL8fPNkI',
  kid: 'canary-1',
  alg: 'EdDSA',
};

/** Stands in DATABASE_URL. */
export const canaryFile = 'canary-database-uR2mXw9c';

/** Settings as the app takes them. */
export const canarySettings = {
  AUTH_SECRET: 'Canary-auth-Zk3v9QmX7rT1wLc5Yh8NbJ2dKf6GpS4A',
  SESSION_SECRET: 'Canary-seal-p8WqE2xV6nRy0Tz4UaHs7LmCjD9FgB1k',
  ACCESS_TOKEN_KEYS: JSON.stringify({ keys: [key] }),
  METRICS_TOKEN: 'Canary-metrics-b3NlY3JldG1ldHJpY3M0dGVzdHM',
  DATABASE_URL: `file:/nowhere/${canaryFile}.db`,
};

/** Somebody else, whom nobody who is signed in may hear of. */
export const canaryUser = {
  email: 'canary-person-qJ4tB8@example.org',
  name: 'Canary Person Hv6ZsL',
  password: 'canary words Nd5rYk that nobody sees',
  title: 'canary title Wc7FpG',
};

const values: Record<string, string> = {
  AUTH_SECRET: canarySettings.AUTH_SECRET,
  SESSION_SECRET: canarySettings.SESSION_SECRET,
  ACCESS_TOKEN_KEYS: key.d,
  METRICS_TOKEN: canarySettings.METRICS_TOKEN,
  DATABASE_URL: canaryFile,
  ...Object.fromEntries(Object.entries(canaryUser).map(([name, value]) => [`the other person’s ${name}`, value])),
};

/** A text as it is, in hex, and in base64 wherever it begins in what was encoded. */
export function spellings(value: string): string[] {
  const bytes = Buffer.from(value);
  const inside = [0, 1, 2].flatMap((before) => {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]).subarray(
      0,
      Math.floor((before + bytes.length) / 3) * 3,
    );
    // Without the first letters, which tell of what stands before.
    return (['base64', 'base64url'] as const).map((encoding) => shifted.toString(encoding).slice(before === 0 ? 0 : 4));
  });
  return [value, encodeURIComponent(value), bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...inside];
}

const spelt = Object.entries(values).map(([name, value]) => ({ name, ways: spellings(value) }));

/** The names of the canaries that stand in a text. */
export function canariesIn(text: string): string[] {
  return spelt.filter(({ ways }) => ways.some((way) => text.includes(way))).map(({ name }) => name);
}
