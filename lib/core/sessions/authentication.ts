/** Tells how and when the person of a session last showed who they are (RFC 9068 section 2.2.1, RFC 9470). */

/** The strength of a sign-in: `aal2` after two factors. It says no more than what was shown. */
export type AuthenticationLevel = 'aal1' | 'aal2';

/** Returns the level of what was shown, by its methods (RFC 8176). */
export function levelOf(amr: string): AuthenticationLevel {
  return amr.split(' ').includes('mfa') ? 'aal2' : 'aal1';
}

/** Returns the time of the last sign-in or step-up. Sessions from before there were step-ups have none but their beginning. */
export function authTimeOf({ authTime, createdAt }: { authTime: Date | null; createdAt: Date }): Date {
  return authTime ?? createdAt;
}
