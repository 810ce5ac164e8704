import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { userHandleOf as onServer } from '#lib/server/passkeys/ceremony.ts';
import { signalDetails, signalLeft, signalUnknown, userHandleOf } from './signals.ts';

const ask = vi.fn<() => Promise<Response>>();
/** The client of somebody who is signed in, as far as asking for a ceremony goes. */
const client = {
  fetch: ask,
  parts: Object.assign(Object.create(null), {
    env: { fetch: ask, setTimer: () => () => {} },
    tokens: { get: async () => ({ accessToken: 'a.b.c' }) },
  }),
};
const ann = { id: '00112233-4455-6677-8899-aabbccddeeff', email: 'ann@example.org', name: null };
const userId = 'ABEiM0RVZneImaq7zN3u_w';
const listed = { id: 'AQID', type: 'public-key' };
const own = (allowCredentials?: object[]) =>
  Response.json({
    ceremony: 'a.b.c',
    options: { challenge: 'AQID', rpId: 'example.org', timeout: 1000, userVerification: 'required', allowCredentials },
  });

/** A browser with these methods. */
const browserWith = (methods: object) =>
  vi.stubGlobal(
    'PublicKeyCredential',
    Object.assign(() => {}, methods),
  );
afterEach(() => {
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

test('a person is named by the same bytes as on the server', () => {
  expect(userHandleOf(ann.id)).toBe(userId);
  for (let times = 0; times < 100; times++) {
    const id = randomUUID();
    expect(userHandleOf(id)).toBe(onServer(id));
  }
});

test('the browser is told which passkeys are left, and that none is', async () => {
  const signalAllAcceptedCredentials = vi.fn(async () => {});
  browserWith({ signalAllAcceptedCredentials });
  for (const list of [[listed], []]) {
    ask.mockResolvedValue(own(list));
    await signalLeft(client, ann);
    const allAcceptedCredentialIds = list.map(({ id }) => id);
    expect(signalAllAcceptedCredentials).toHaveBeenLastCalledWith({
      rpId: 'example.org',
      userId,
      allAcceptedCredentialIds,
    });
  }
});

test('nothing is told of a list that is not whole: the browser would forget what is not in it', async () => {
  const signalAllAcceptedCredentials = vi.fn(async () => {});
  browserWith({ signalAllAcceptedCredentials });
  for (const answer of [new Response('Bad gateway', { status: 502 }), own()]) {
    ask.mockResolvedValue(answer);
    await signalLeft(client, ann);
  }
  expect(signalAllAcceptedCredentials).not.toHaveBeenCalled();
});

test('another address is told where there is a passkey to show it', async () => {
  const signalCurrentUserDetails = vi.fn(async () => {});
  browserWith({ signalCurrentUserDetails });
  ask.mockResolvedValue(own([]));
  await signalDetails(client, ann);
  expect(signalCurrentUserDetails).not.toHaveBeenCalled();
  ask.mockResolvedValue(own([listed]));
  await signalDetails(client, ann);
  const said = { rpId: 'example.org', userId, name: ann.email, displayName: ann.email };
  expect(signalCurrentUserDetails).toHaveBeenCalledWith(said);
});

test('a browser that listens to nothing, or fails, is left alone, and the server is not asked for it', async () => {
  browserWith({});
  await signalLeft(client, ann);
  await signalDetails(client, ann);
  await signalUnknown('example.org', 'AQID');
  vi.stubGlobal('PublicKeyCredential', undefined);
  await signalLeft(client, ann);
  expect(ask).not.toHaveBeenCalled();
  browserWith({ signalUnknownCredential: () => Promise.reject(new Error('No.')) });
  await expect(signalUnknown('example.org', 'AQID')).resolves.toBeUndefined();
});
