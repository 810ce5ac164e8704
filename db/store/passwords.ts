import type { SecurityEvent } from './activity.ts';

export interface PasswordStore {
  /** Replaces the hash of a password by one of the same password at another cost. False when the hash changed meanwhile. */
  upgradePasswordHash(userId: string, from: string, to: string): Promise<boolean>;

  /**
   * Sets a password without the old one, ends every session as `password_changed`, voids reset links and writes the event. For
   * operators.
   */
  setPassword(userId: string, passwordHash: string, event: SecurityEvent): Promise<void>;
}
