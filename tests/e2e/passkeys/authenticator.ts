/** Gives a page an authenticator for passkeys, which asks nobody: Chromium's own, of its debugging protocol. */
import type { CDPSession, Page } from '@playwright/test';

export interface AuthenticatorOptions {
  /** Says whether it knows how to ask for a finger or PIN. */
  hasUserVerification?: boolean;
  /** Says whether the finger that it asks for is the right one. */
  isUserVerified?: boolean;
  /** Makes passkeys that may be copied to other devices ("backup eligible"). */
  isSynced?: boolean;
  /** Answers at once, as if somebody stood by and touched it. Without, a ceremony waits. */
  isTouched?: boolean;
}

/** A passkey as the authenticator keeps it. */
export interface KeptCredential {
  /** Credential id in base64. */
  credentialId: string;
  rpId?: string;
  userHandle?: string;
  signCount: number;
  userName?: string;
  userDisplayName?: string;
}

export interface VirtualAuthenticator {
  id: string;
  session: CDPSession;
  /** Lists the passkeys that it has now. */
  credentials(): Promise<KeptCredential[]>;
}

/** Gives the page an authenticator, built into the device. It lives as long as the page. */
export async function virtualAuthenticator(
  page: Page,
  { hasUserVerification = true, isUserVerified = true, isSynced = false, isTouched = true }: AuthenticatorOptions = {},
): Promise<VirtualAuthenticator> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable', { enableUI: false });
  const { authenticatorId: id } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification, isUserVerified, automaticPresenceSimulation: isTouched },
      ...{ defaultBackupEligibility: isSynced, defaultBackupState: isSynced },
    },
  });
  return {
    ...{ id, session },
    async credentials() {
      return (await session.send('WebAuthn.getCredentials', { authenticatorId: id })).credentials;
    },
  };
}
