/** Checks of the doctor that are about second factors: do passkeys fit the domain, and does a key that is to go seal anything? */
import { relyingPartyId } from '#lib/core/passkeys/relying-party.ts';
import { sealedSecrets } from '#lib/server/crypto/sealed-secrets.ts';
import type { CommandContext } from './command.ts';
import { type Finding, ok, warn } from './findings.ts';

/** Says for which domain passkeys are made, and how many were made for another one. */
export async function checkPasskeys({ env, store }: CommandContext): Promise<Finding[]> {
  const rpId = relyingPartyId(env);
  const others = await store.countPasskeysOfOthers(rpId ?? '');
  if (others === 0) return [ok(rpId === null ? 'passkeys are off: APP_URL is an address' : `passkeys are for ${rpId}`)];
  return [
    warn(
      rpId === null
        ? `passkeys that are of no use: ${others}. APP_URL is an address, which has none`
        : `passkeys that are of no use: ${others}. They were made for another domain than ${rpId}: set PASSKEY_RP_ID to that one, or have their owners add new ones`,
    ),
  ];
}

/** Says how many secrets of apps are still sealed by a key of AUTH_SECRET that is not the newest. */
export async function checkSealed({ env, store, clock }: CommandContext): Promise<Finding[]> {
  if (env.AUTH_SECRET.length === 1) return [];
  const sealed = await store.countSealedByOthers(sealedSecrets(env.AUTH_SECRET).newestKid, clock());
  if (sealed === 0) return [ok('no authenticator app needs an old key of AUTH_SECRET')];
  return [
    warn(
      `authenticator apps that need an old key of AUTH_SECRET: ${sealed}. Keep it: each is sealed anew as it is used`,
    ),
  ];
}
