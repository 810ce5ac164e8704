/** Password hashes. When a signed-in person changes theirs, `beginSession` writes it: the change begins a session. */
import type { NewSecurityEvent } from './activity.ts';

export interface PasswordStore {
  /**
   * Replaces the hash `from` by `to`, a hash of the same password at another cost. Returns false, and writes nothing,
   * if the stored hash is no longer `from`.
   */
  upgradePasswordHash(userId: string, from: string, to: string): Promise<boolean>;

  /**
   * Sets a password without asking for the old one, for operators. Ends every session of the user as
   * `password_changed`, voids the user's links to set a password and writes the event.
   */
  setPassword(userId: string, passwordHash: string, event: NewSecurityEvent): Promise<void>;
}
