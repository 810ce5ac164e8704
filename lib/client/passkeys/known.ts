/** Tells whether this browser knows passkeys. One that does not has no word for them. */
export function knowsPasskeys(): boolean {
  return typeof PublicKeyCredential === 'function';
}
