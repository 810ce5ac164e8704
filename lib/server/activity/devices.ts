import 'server-only';
import { truncatedAddress } from '#lib/core/limits/address.ts';
import { knownDeviceSeconds } from '#lib/core/policy.ts';
import { operatorAgent, type Requester } from '#lib/core/requester.ts';
import { deviceOf } from '#lib/core/sessions/device.ts';
import type { Container } from '#lib/server/runtime/container.ts';

const unknownNetwork = truncatedAddress('');
const unknownBrowser = deviceOf(null).name;

/**
 * Decides whether nobody signed in to an account with such a browser from this network for `knownDeviceSeconds`. The first
 * sign-in to an account that an operator made is not told of as one from a new device.
 */
export async function isNewDevice(
  { store }: Container,
  { userId, requester }: { userId: string; requester: Requester },
  now: Date,
): Promise<boolean> {
  const seen = await store.listSignInDevices(userId, new Date(now.getTime() - knownDeviceSeconds * 1000));
  if (seen.length > 0 && seen.every(({ userAgent }) => userAgent === operatorAgent)) return false;
  const ip = truncatedAddress(requester.ip);
  const { name } = deviceOf(requester.userAgent);
  return !seen.some((device) => device.ip === ip && deviceOf(device.userAgent).name === name);
}

/**
 * Decides whether a request may come from the device on which a session began: from the same network, or by the same browser on
 * the same system. What is not known counts as the same as nothing. A cookie alone tells nothing, since it may be a copy.
 */
export function isLikeDevice(session: Requester, requester: Requester): boolean {
  const network = networkOf(requester);
  const browser = browserOf(requester);
  return (network !== null && network === networkOf(session)) || (browser !== null && browser === browserOf(session));
}

function networkOf({ ip }: Requester): string | null {
  const network = truncatedAddress(ip);
  return network === unknownNetwork ? null : network;
}

function browserOf({ userAgent }: Requester): string | null {
  const { name } = deviceOf(userAgent);
  return name === unknownBrowser ? null : name;
}
