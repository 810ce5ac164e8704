/** The calls about a person's other sessions. */
import { nothing } from '#lib/client/answers.ts';
import type { AuthClient } from '#lib/client/auth-client.ts';
import { authorization, endSession, withToken } from '#lib/client/cookie-calls.ts';
import { type Result, resultOf } from '#lib/client/result.ts';
import { api, withId } from '#lib/core/routes.ts';

export interface SessionsApi {
  /** Ends another session of the person. Errors: `not_found`, and those of every call. */
  end(id: string): Promise<Result<null>>;
  /** Ends every session but this one. */
  endOthers(): Promise<Result<null>>;
  /** Ends every session, this one included. The caller then leaves by a document navigation, as after `signOut`. */
  endAll(): Promise<Result<string | null>>;
}

/** Makes the calls about a person's other sessions, with an AuthClient. */
export function sessionsApi({ parts, fetch }: Pick<AuthClient, 'parts' | 'fetch'>): SessionsApi {
  const remove = (path: string) => resultOf(() => fetch(path, { method: 'DELETE' }), nothing);
  return {
    end: (id) => remove(withId(api.oneSession, id)),
    endOthers: () => remove(`${api.sessions}?except=current`),
    endAll: () =>
      withToken(parts, (token) => endSession(parts, api.sessions, { method: 'DELETE', headers: authorization(token) })),
  };
}
