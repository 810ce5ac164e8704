import { passkeyRequest } from '#lib/client/sign-in/show-passkey.ts';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';
import { passkeysRequestRoute } from '#lib/core/passkeys/contract.ts';

export const checkedAnswers: readonly CheckedAnswer[] = [
  {
    name: 'passkeyRequest',
    check: passkeyRequest,
    contract: passkeysRequestRoute.POST.answers[200],
    good: {
      ceremony: 'a.b.c',
      options: { challenge: 'AAAA', rpId: 'example.org', timeout: 300_000, userVerification: 'required' },
    },
  },
];
