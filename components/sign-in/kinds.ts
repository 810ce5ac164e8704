/** The kind of proof that shows each factor. */
const kindOf = { passkey: 'passkey', totp: 'code', recovery_code: 'recovery_code' } as const;

export type Kind = (typeof kindOf)[keyof typeof kindOf];

/** Lists the kinds of proofs that a second step asks for. Passkeys are none where the app has none. */
export function kindsOf(factors: readonly string[], { hasPasskeys }: { hasPasskeys: boolean }): Kind[] {
  return factors.filter(isKnown).flatMap((factor) => (factor === 'passkey' && !hasPasskeys ? [] : [kindOf[factor]]));
}

function isKnown(factor: string): factor is keyof typeof kindOf {
  return Object.hasOwn(kindOf, factor);
}
