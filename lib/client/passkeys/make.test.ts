import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PasskeyClient } from './calls.ts';
import { makePasskey } from './make.ts';

const browser = vi.hoisted(() => ({ startRegistration: vi.fn() }));
vi.mock('@simplewebauthn/browser', () => browser);

const options = {
  challenge: 'AQID',
  rp: { id: 'localhost', name: 'Latchkey' },
  user: { id: 'AQID', name: 'ann@example.org', displayName: 'Ann' },
  pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
  timeout: 300_000,
  attestation: 'none',
  excludeCredentials: [],
  authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
};
const kept = { id: 'p1', name: 'Passkey', synced: true, created_at: '2026-01-01T00:00:00.000Z', last_used_at: null };
const refusal = (status: number, error: string, fields?: object) =>
  Response.json({ error, error_description: 'As the server says.', ...(fields && { fields }) }, { status });

const unknown = vi.fn(async () => {});
let calls: [string, unknown][];
/** A client whose server answers the two calls so. */
function clientOf(...answers: Response[]): PasskeyClient {
  const fetch: PasskeyClient['fetch'] = async (path, init) => {
    calls.push([String(path), init?.body ? JSON.parse(String(init.body)) : null]);
    const next = answers.shift();
    if (!next) throw new Error('One call too many.');
    return next;
  };
  return { fetch, parts: Object.create(null) };
}
const begun = () => Response.json({ ceremony: 'a.b.c', options });

beforeEach(() => {
  calls = [];
  vi.stubGlobal(
    'PublicKeyCredential',
    Object.assign(() => {}, { signalUnknownCredential: unknown }),
  );
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('making a passkey', () => {
  test('asks the server, the device, and the server again', async () => {
    browser.startRegistration.mockResolvedValue({ id: 'made', type: 'public-key' });
    const client = clientOf(begun(), Response.json(kept, { status: 201 }));
    expect(await makePasskey(client)).toEqual({ ok: true, value: kept });
    expect(browser.startRegistration).toHaveBeenCalledWith({ optionsJSON: options });
    expect(calls).toEqual([
      ['/api/auth/passkeys/creation', null],
      ['/api/auth/passkeys', { ceremony: 'a.b.c', credential: { id: 'made', type: 'public-key' } }],
    ]);
    expect(unknown).not.toHaveBeenCalled();
  });

  test('asks no device where the server wants none', async () => {
    const result = await makePasskey(clientOf(refusal(409, 'too_many_passkeys')));
    expect(result).toMatchObject({
      ok: false,
      error: { code: 'too_many_passkeys', description: 'As the server says.' },
    });
    expect(browser.startRegistration).not.toHaveBeenCalled();
  });

  test.each([
    ['InvalidStateError', 'passkey_known'],
    ['ConstraintError', 'passkey_unverified'],
    ['NotAllowedError', 'passkey_cancelled'],
    ['AbortError', 'passkey_cancelled'],
    ['UnknownError', 'passkey_failed'],
    ['NotSupportedError', 'passkey_failed'],
  ])('says in a sentence what %s means, as the browser or the library throws it', async (name, code) => {
    const thrown = new DOMException('In the browser’s words.', name);
    for (const error of [thrown, new Error('In the library’s words.', { cause: thrown })]) {
      browser.startRegistration.mockRejectedValue(error);
      const result = await makePasskey(clientOf(begun()));
      expect(result).toMatchObject({ ok: false, error: { code, description: expect.stringMatching(/\w\.$/) } });
      expect(JSON.stringify(result)).not.toContain('words');
    }
  });

  test('has the browser forget one that the server did not take', async () => {
    browser.startRegistration.mockResolvedValue({ id: 'made' });
    const client = clientOf(begun(), refusal(400, 'invalid_request', { credential: ['No.'] }));
    expect(await makePasskey(client)).toMatchObject({ ok: false, error: { code: 'passkey_failed' } });
    expect(unknown).toHaveBeenCalledWith({ rpId: 'localhost', credentialId: 'made' });
  });

  test('has it forget none where nobody knows whether it was taken', async () => {
    browser.startRegistration.mockResolvedValue({ id: 'made' });
    const client = clientOf(begun(), new Response('Bad gateway', { status: 502 }));
    expect(await makePasskey(client)).toMatchObject({ ok: false, error: { code: 'unreachable' } });
    expect(unknown).not.toHaveBeenCalled();
  });
});
