/** User accounts: creating and finding them. */
import type { NewSecurityEvent } from './activity.ts';

export interface UserRow {
  id: string;
  /** Normalised email address, unique among users. */
  email: string;
  /** Time at which somebody proved to read mail at this address; null if nobody has. */
  emailVerifiedAt: Date | null;
  /** True if a provider says that they do, and no mail of ours has shown it. */
  emailVouched: boolean;
  name: string | null;
  /** bcrypt hash; null while the account has no password. */
  passwordHash: string | null;
  /** Counts the changes of what the user can sign in with. */
  credentialVersion: number;
  /** Counts what ended every session at once: "sign out everywhere", a new password or address, leaving. Older sessions are over. */
  epoch: number;
  createdAt: Date;
  /** Time at which the account is deleted unless its owner signs in before; null for one that stays. */
  deletesAt: Date | null;
  /** True where signing in with a password needs a second step. */
  twoStep: boolean;
}

/** A user to be created. Both counters start at 0. */
export type NewUser = Omit<
  UserRow,
  'emailVerifiedAt' | 'emailVouched' | 'credentialVersion' | 'epoch' | 'deletesAt' | 'twoStep'
>;

/** A user's counters when somebody proved to be that user. A session begins only if neither has changed since. */
export type CredentialState = Pick<UserRow, 'credentialVersion' | 'epoch'>;

/** Tells whether somebody proved to read mail at a user's address, and whether signing in with a password needs a second step. */
export interface Safeguards {
  isEmailVerified: boolean;
  isTwoStep: boolean;
}

export interface AccountStore {
  /**
   * Creates a user without a session, for operators, and writes the event. Returns `email_taken`, and writes nothing,
   * if the address has an account already. People who sign up get their account and first session from `beginSession`
   * instead.
   */
  createUser(user: NewUser, event: NewSecurityEvent): Promise<'created' | 'email_taken'>;

  /** Finds the user with this email address, which must be normalised. */
  findUserByEmail(email: string): Promise<UserRow | null>;

  findUser(id: string): Promise<UserRow | null>;

  /**
   * Tells how well the account is guarded. Asked where it is shown, since each column of an access check costs on every
   * request.
   */
  findSafeguards(userId: string): Promise<Safeguards>;
}
