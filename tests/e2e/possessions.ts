/** What a person has here that is nobody else's business, by feature. */
import { paths } from '#lib/core/routes.ts';
import { makeTask } from '#tests/e2e/tasks/make-tasks.ts'; // tasks
import type { HttpClient } from '#tests/support/http-client.ts';

export interface Possessions {
  /** Pages that show it. */
  pages: string[];
  /** Paths of the API that name a thing of theirs. */
  calls: string[];
  /** What nobody else may be told. */
  words: string[];
}

const all: ((client: HttpClient, words: string) => Promise<Possessions>)[] = [
  account,
  makeTask, // tasks
  async () => ({ pages: [paths.demo], calls: [], words: [] }), // demo
];

async function account(client: HttpClient): Promise<Possessions> {
  const { id, session_id, email, name } = JSON.parse((await client.send('GET', '/api/me')).body);
  return {
    pages: [paths.account, paths.security, paths.sessions, paths.activity],
    calls: [`/api/auth/sessions/${session_id}`],
    words: [id, session_id, email, name],
  };
}

/** All that somebody who is signed in can have. Where it is for them to say what it is called, these words are in it. */
export async function possess(client: HttpClient, words: string): Promise<Possessions> {
  const each = [];
  for (const one of all) each.push(await one(client, words));
  return {
    pages: each.flatMap(({ pages }) => pages),
    calls: each.flatMap(({ calls }) => calls),
    words: each.flatMap((one) => one.words),
  };
}
