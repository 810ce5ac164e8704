/** Reads client addresses, as limits count them and logs keep them. Text that is no address comes back as `unknown`. */

/**
 * Returns the client's address: the socket's, or with `hops` trusted proxies in front the one that the farthest of them
 * saw. Entries further left in `X-Forwarded-For` come from the client and are never believed. Returns `unknown` for
 * text that is no address, since the result is stored and shown to people.
 */
export function clientAddress(socket: string | undefined, forwardedFor: string | undefined, hops: number): string {
  const seen = (forwardedFor ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const named = hops > 0 ? seen[seen.length - hops] : undefined;
  // Some proxies name the port too.
  const bare = (named ?? socket ?? 'unknown').replace(/^\[(.*)\](?::\d+)?$|^([\d.]+):\d+$/, '$1$2');
  const address = bare.replace(/^::ffff:(?=\d+\.)/i, '');
  return v4.test(address) || isV6(address) ? address : 'unknown';
}

/** Returns the network that limits count as one: an IPv4 address, or the /64 of an IPv6 one, which is one customer. */
export function limitBucket(address: string | null): string {
  return network(address, 4, 4);
}

/** Truncates an address to what security events keep of it: the /24 of an IPv4 address, the /48 of an IPv6 one. */
export function truncatedAddress(address: string | null): string | null {
  return address === null ? null : network(address, 3, 3);
}

function network(address: string | null, v4Parts: number, v6Groups: number): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (v4.test(plain)) {
    return plain
      .split('.')
      .map((part, index) => (index < v4Parts ? part : '0'))
      .join('.');
  }
  if (!isV6(plain)) return 'unknown';
  const groups = expandGroups(hostOf(urlOf(plain))).slice(0, v6Groups);
  return hostOf(urlOf(`${groups.join(':')}::`));
}

const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

function isV6(address: string): boolean {
  return /^[\da-f:.]{2,45}(?:%[\w.~-]{1,16})?$/i.test(address) && URL.canParse(urlOf(address));
}

/** Makes a URL whose host is the IPv6 address, without the zone that may follow its `%`. */
function urlOf(address: string): string {
  return `http://[${address.split('%', 1)[0]}]`;
}

/** Returns a URL's IPv6 host as the URL parser writes it: in its one canonical form (RFC 5952). */
function hostOf(url: string): string {
  return new URL(url).hostname.slice(1, -1);
}

/** Returns the eight groups of a canonical IPv6 address. */
function expandGroups(address: string): string[] {
  const [left = '', right] = address.split('::');
  const before = left ? left.split(':') : [];
  const after = right ? right.split(':') : [];
  const gap = right === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array.from({ length: gap }, () => '0'), ...after];
}
