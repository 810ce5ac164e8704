/** Every error the app can answer: code -> HTTP status and the text for people. Nothing else decides either. */
const table = {
  invalid_request: { status: 400, text: 'Something in the request is not valid.' },
  unsupported_grant_type: { status: 400, text: 'Only the password grant is understood here.' },
  invalid_grant: { status: 401, text: 'The email or the password is wrong.' },
  session_over: { status: 401, text: 'The session is over. Please sign in again.' },
  unauthorized: { status: 401, text: 'An access token is needed.' },
  invalid_token: { status: 401, text: 'The access token is invalid' },
  forbidden: { status: 403, text: 'This request did not come from the app itself.' },
  not_found: { status: 404, text: 'There is nothing here.' },
  method_not_allowed: { status: 405, text: 'This address does not take that method.' },
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
  temporarily_unavailable: { status: 503, text: 'Busy just now. Please try again in a moment.' },
} as const satisfies Record<string, { status: number; text: string }>;

/** What the table knows; `session_over` is written `invalid_grant` on the wire. */
export type ErrorCode = keyof typeof table;

/** Messages by field name, as forms show them. */
export type FieldErrors = Record<string, string[]>;

/** What a bearer token was refused for (RFC 6750 section 3.1). One text per reason, and no other. */
export const bearerProblems = {
  expired: 'The access token expired',
  ended: 'The session has ended',
  invalid: 'The access token is invalid',
} as const;
export type BearerProblem = keyof typeof bearerProblems;

interface Details {
  fields?: FieldErrors;
  /** Replaces the table's text. For people: no input is echoed in it. */
  description?: string;
  retryAfterSeconds?: number;
  /** Methods for the `Allow` header of a 405. */
  allow?: string;
}

/**
 * Whether it is an error of this name. Next bundles boot, handlers and pages apart, each with a copy of every class: what one of
 * them throws is no instance of another's class, so ours are told by name.
 */
export function isNamed(value: unknown, name: string): boolean {
  return value instanceof Error && value.name === name;
}

/** The one error that use cases throw. Expected outcomes below them are plain values. */
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

  /** The body of the answer: `{error, error_description, fields?}`, the same shape everywhere. */
  get body(): ErrorBody {
    const { fields, description } = this.details;
    return {
      error: this.code === 'session_over' ? 'invalid_grant' : this.code,
      error_description: description ?? table[this.code].text,
      ...(fields && { fields }),
    };
  }
}

export interface ErrorBody {
  error: string;
  error_description: string;
  fields?: FieldErrors;
}

/** Makes a 400 `invalid_request` that says what is wrong, by field. `_` stands for the whole. */
export function invalid(fields: FieldErrors): AppError {
  return new AppError('invalid_request', { fields });
}

/** A refused bearer token as an error: 401 `invalid_token` with the reason's own text. */
export function bearerError(problem: BearerProblem): AppError {
  return new AppError('invalid_token', { description: bearerProblems[problem] });
}
