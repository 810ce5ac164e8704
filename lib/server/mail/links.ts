import 'server-only';
import { randomUUID } from 'node:crypto';
import type { LinkKind, MailLink } from '#db/store/mail-links.ts';
import { passwordResetSeconds, undoSeconds } from '#lib/core/policy.ts';
import { paths } from '#lib/core/routes.ts';
import { newLinkNonce } from '#lib/server/crypto/mail-secrets.ts';
import type { Container } from '#lib/server/runtime/container.ts';

type Deps = Pick<Container, 'env' | 'clock' | 'mailSecrets'>;

/** Makes a link to set a new password, good for `passwordResetSeconds`. Stores nothing. */
export function newPasswordLink(
  deps: Deps,
  about: { kind: Exclude<LinkKind, 'undo'>; userId: string; email: string | null },
): MailLink {
  return newLink(deps, about, passwordResetSeconds);
}

/** Makes a link that brings back `email` after a change, good for `undoSeconds`. Stores nothing. */
export function newUndoLink(deps: Deps, about: { userId: string; email: string }): MailLink & { email: string } {
  return newLink(deps, { kind: 'undo', ...about }, undoSeconds);
}

function newLink<About extends Pick<MailLink, 'kind' | 'userId' | 'email'>>(
  { clock, mailSecrets }: Deps,
  about: About,
  seconds: number,
): MailLink & About {
  const expiresAt = new Date(clock().getTime() + seconds * 1000);
  return { id: randomUUID(), ...about, kid: mailSecrets.newestKid, nonce: newLinkNonce(), expiresAt };
}

/**
 * Returns a link's address, or null if the key that it was made with is no longer listed. The secret is in the fragment,
 * which browsers never send.
 */
export function addressOf({ env, mailSecrets }: Deps, link: MailLink): string | null {
  const token = mailSecrets.tokenOf(link);
  return token === null ? null : `${env.APP_URL}${link.kind === 'undo' ? paths.undo : paths.reset}#${token}`;
}

/**
 * Makes a link for an operator to hand over, with which a person sets a new password, once. It voids the operator's earlier
 * one, and proves no address.
 */
export async function newOperatorLink(deps: Deps & Pick<Container, 'store'>, userId: string): Promise<string> {
  const link = newPasswordLink(deps, { kind: 'operator', userId, email: null });
  await deps.store.addOperatorLink(link);
  const address = addressOf(deps, link);
  if (address === null) throw new Error('A new link is made with a key that is listed.');
  return address;
}
