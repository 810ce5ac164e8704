/** Maps every error code to its HTTP status and its text for people. Both are decided here and nowhere else. */
const table = {
  invalid_request: { status: 400, text: 'Something in the request is not valid.' },
  transaction_over: { status: 400, text: 'This sign-in is over, or was begun in another browser. Start again.' },
  access_denied: { status: 400, text: 'The other service did not let us know who you are.' },
  unsupported_grant_type: { status: 400, text: 'Only the password grant is understood here.' },
  invalid_grant: { status: 401, text: 'The email or the password is wrong.' },
  session_over: { status: 401, text: 'The session is over. Please sign in again.' },
  unauthorized: { status: 401, text: 'An access token is needed.' },
  invalid_token: { status: 401, text: 'The access token is invalid' },
  insufficient_user_authentication: { status: 401, text: 'Confirm that it is you, then try again.' },
  second_step_required: { status: 403, text: 'Show the second factor of this account.' },
  email_unverified: { status: 403, text: 'The other service does not vouch for your email address.' },
  sign_up_closed: { status: 403, text: 'No new account can be made with this service here.' },
  email_not_verified: { status: 403, text: 'Confirm your email address first.' },
  forbidden: { status: 403, text: 'This request did not come from the app itself.' },
  not_found: { status: 404, text: 'There is nothing here.' },
  method_not_allowed: { status: 405, text: 'This address does not take that method.' },
  no_factor: { status: 409, text: 'Set up an authenticator app or a passkey first.' },
  last_factor: { status: 409, text: 'This is the last factor. Turn two-step sign-in off first.' },
  link_required: { status: 409, text: 'You already have an account here. Sign in to it once to connect the two.' },
  identity_taken: { status: 409, text: 'This is connected to another account already.' },
  too_many: { status: 409, text: 'Ten are connected. Disconnect one first.' },
  last_way_in: { status: 409, text: 'This is the last way to sign in. Add another one first.' },
  too_many_passkeys: { status: 409, text: 'You have 20 passkeys. Remove one first.' },
  email_taken: { status: 409, text: 'There is an account with this email already.' },
  payload_too_large: { status: 413, text: 'The request is larger than 16 KiB.' },
  unsupported_media_type: { status: 415, text: 'Send JSON: Content-Type: application/json.' },
  idempotency_key_reused: {
    status: 422,
    text: 'This Idempotency-Key was used for a different request.',
  },
  slow_down: { status: 429, text: 'Too many tries. Please wait a little, then try again.' },
  server_error: { status: 500, text: 'Something went wrong on our side.' },
  not_implemented: { status: 501, text: 'This method is not understood here.' },
  provider_error: { status: 502, text: 'The other service answered something that we cannot trust. Try again.' },
  temporarily_unavailable: { status: 503, text: 'Busy just now. Please try again in a moment.' },
} as const satisfies Record<string, { status: number; text: string }>;

/** The code of an error. On the wire `session_over` is sent as `invalid_grant`. */
export type ErrorCode = keyof typeof table;

/** Messages for people, by field name; `_` stands for the whole input. */
export type FieldErrors = Record<string, string[]>;

/** The only reasons for refusing a bearer token, and the `error_description` of each (RFC 6750 section 3.1). */
export const bearerProblems = {
  expired: 'The access token expired',
  ended: 'The session has ended',
  invalid: 'The access token is invalid',
} as const;
export type BearerProblem = keyof typeof bearerProblems;

/** Something that a person shows to prove who they are. */
export type Factor = 'password' | 'passkey' | 'totp' | 'recovery_code';

/** A second step that is asked for. */
export interface SecondStep {
  id?: string;
  factors: readonly Factor[];
  expires_in?: number;
  /** Set for that of a step-up at a provider, whose session goes on. */
  intent?: 'confirm';
}

/** An account that has the address of an identity. */
export interface LinkRequired {
  email: string;
  methods: readonly string[];
}

interface Details {
  fields?: FieldErrors;
  /** Replaces the code's usual text for people. Must not echo input. */
  description?: string;
  retryAfterSeconds?: number;
  /** The value of the `Allow` header of a 405. */
  allow?: string;
  /** The value of the `Accept-Encoding` header of a 415 that is about the body's coding (RFC 9110 section 12.5.3). */
  acceptEncoding?: string;
  /** Lists what a step-up takes, and says for how many seconds it counts (RFC 9470 section 3). */
  stepUp?: { factors: readonly Factor[]; methods?: readonly string[]; maxAgeSeconds: number; level?: 'aal2' };
  /** Says what a second step takes. A sign-in that waits for it has an id and a life. */
  secondStep?: SecondStep;
  /** Names the account that an identity meets, and the ways to sign in to it. */
  link?: LinkRequired;
}

/**
 * Decides whether `value` is an error with this name. `instanceof` would miss the app's own errors: Next bundles boot,
 * handlers and pages separately, each with its own copy of every class, so an error thrown in one bundle is no instance
 * of another bundle's class.
 */
export function isNamed(value: unknown, name: string): boolean {
  return value instanceof Error && value.name === name;
}

/** An error that is answered with the status and text of its code. Use cases throw no other error of their own. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Details;

  constructor(code: ErrorCode, details: Details = {}) {
    super(code);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isNamed(value, 'AppError');
  }

  get status(): number {
    return table[this.code].status;
  }

  /** The JSON body of the answer. Every error has this shape. */
  get body(): ErrorBody {
    const { fields, description, stepUp, secondStep, link } = this.details;
    return {
      error: this.code === 'session_over' ? 'invalid_grant' : this.code,
      error_description: description ?? table[this.code].text,
      ...(fields && { fields }),
      ...(stepUp && { factors: stepUp.factors, ...(stepUp.methods?.length && { methods: stepUp.methods }) }),
      ...(secondStep && { second_step: secondStep }),
      ...link,
    };
  }
}

export interface ErrorBody {
  error: string;
  error_description: string;
  fields?: FieldErrors;
  /** With `insufficient_user_authentication`: what a step-up takes. */
  factors?: readonly Factor[];
  /** With `link_required`: the account, and the ways to sign in to it. With a step-up: the providers that confirm it. */
  email?: string;
  methods?: readonly string[];
  /** With `second_step_required`: what it takes. */
  second_step?: SecondStep;
}

/** Makes a 400 `invalid_request` that says what is wrong with each field. */
export function invalid(fields: FieldErrors): AppError {
  return new AppError('invalid_request', { fields });
}

/** Makes the 409 for an address that has an account. */
export function emailTaken(): AppError {
  return new AppError('email_taken', { fields: { email: [table.email_taken.text] } });
}

/** Makes the 403 for a password where none signs anybody in. */
export function passwordsOff(): AppError {
  return new AppError('forbidden', { description: 'Nobody signs in with a password here.' });
}

/** Makes the 401 `invalid_token` for a refused bearer token, with the text of its reason. */
export function bearerError(problem: BearerProblem): AppError {
  return new AppError('invalid_token', { description: bearerProblems[problem] });
}
