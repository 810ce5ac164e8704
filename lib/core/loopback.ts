/** Says which addresses may be gone to without TLS: those of the machine itself. */

/** Matches the host of a URL that leads to the machine it is on. */
export const loopback = /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/;

/** Tells whether an address is https, or http on this machine, and names no user. */
export function isSafeUrl({ protocol, hostname, username, password }: URL): boolean {
  const isPrivate = protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
  return isPrivate && username === '' && password === '';
}
