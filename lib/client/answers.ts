/** What the API answers, as far as the browser reads it. */
import type { Me } from '#lib/core/accounts/contract.ts';
import type { User } from '#lib/core/accounts/user.ts';
import type { FieldErrors } from '#lib/core/errors.ts';
import type { TokenResponse } from '#lib/core/sessions/contract.ts';
import type { Task } from '#lib/core/tasks/contract.ts';
import { exactly, flag, listOf, number, optional, orNull, recordOf, schema, shape, text } from './shape.ts';

const person = { id: text, email: text, name: orNull(text) };

export const tokenResponse = schema(
  shape<TokenResponse>({
    access_token: text,
    token_type: exactly('Bearer'),
    expires_in: number,
    user: shape<User>(person),
  }),
);

export const me = schema(shape<Me>({ ...person, created_at: text, session_id: text }));

export const task = schema(
  shape<Task>({
    id: text,
    title: text,
    description: text,
    deadline: orNull(text),
    completed: flag,
    created_at: text,
    updated_at: text,
  }),
);

interface ErrorAnswer {
  error: string;
  error_description: string;
  fields: FieldErrors | undefined;
}

export const errorAnswer = schema(
  shape<ErrorAnswer>({ error: text, error_description: text, fields: optional(recordOf(listOf(text))) }),
);

/** The schema of an answer without a body (204). A portal's page with status 200 does not pass for one. */
export const nothing = schema<null>((value) => value === null);
