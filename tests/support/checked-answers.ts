import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CheckedAnswer } from '#lib/client/testing/answers.ts';

/** Reads every feature's table of the checks that the browser makes of answers. */
export async function allCheckedAnswers(): Promise<CheckedAnswer[]> {
  const files = globSync('lib/client/**/testing/answers.ts');
  const tables: { checkedAnswers: readonly CheckedAnswer[] }[] = await Promise.all(
    files.map((file) => import(resolve(file))),
  );
  return tables.flatMap(({ checkedAnswers }) => checkedAnswers);
}
