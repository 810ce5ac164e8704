import { creationAsked, passkeyInfo } from '#lib/client/passkeys/calls.ts';
import { passkeyAsked } from '#lib/client/passkeys/request.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { onePasskeyRoute, passkeysCreationRoute, passkeysRequestRoute } from '#lib/core/passkeys/contract.ts';

const listed = { id: 'AQID', type: 'public-key', transports: ['internal'] };

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'creationAsked',
    check: creationAsked,
    contract: passkeysCreationRoute.POST.answers[200],
    good: {
      ceremony: 'a.b.c',
      options: {
        challenge: 'AQID',
        rp: { id: 'localhost', name: 'Latchkey' },
        user: { id: 'AQID', name: 'ann@example.org', displayName: 'Ann' },
        pubKeyCredParams: [{ alg: -7, type: 'public-key' }],
        timeout: 300000,
        attestation: 'none',
        excludeCredentials: [listed],
        authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      },
    },
  },
  {
    name: 'passkeyAsked',
    check: passkeyAsked,
    contract: passkeysRequestRoute.POST.answers[200],
    good: {
      ceremony: 'a.b.c',
      options: {
        ...{ challenge: 'AQID', rpId: 'localhost', timeout: 300000, userVerification: 'required' },
        allowCredentials: [listed],
      },
    },
  },
  {
    name: 'passkeyInfo',
    check: passkeyInfo,
    contract: onePasskeyRoute.PATCH.answers[200],
    good: { id: 'p1', name: 'Phone', synced: true, created_at: '2026-01-01T00:00:00.000Z', last_used_at: null },
  },
];
