import type { SecurityEvent } from './activity.ts';

export interface UserRow {
  id: string;
  email: string;
  name: string | null;
  /** bcrypt's own form. Null: the account has no password. */
  passwordHash: string | null;
  /** Raised whenever what one can sign in with changes. */
  credentialVersion: number;
  /** Raised by "sign out everywhere" and a new password; sessions that began under an older one are over. */
  epoch: number;
  createdAt: Date;
}
export type NewUser = Omit<UserRow, 'credentialVersion' | 'epoch'>;

/** What of a user stood when somebody proved to be them. A session begins only while it still stands. */
export type CredentialState = Pick<UserRow, 'credentialVersion' | 'epoch'>;

export interface AccountStore {
  /** Makes the user, signed in nowhere, and writes the event, or does nothing. For operators. */
  createUser(user: NewUser, event: SecurityEvent): Promise<'created' | 'email_taken'>;

  /** Deletes the user and all that is theirs. False when there is none. */
  deleteUser(id: string): Promise<boolean>;

  /** Finds a user by the normalised address. */
  findUserByEmail(email: string): Promise<UserRow | null>;
  findUser(id: string): Promise<UserRow | null>;
}
