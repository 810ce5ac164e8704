'use client';

import type { ReactNode } from 'react';
import { FormAlert } from '#components/ui/form-alert.tsx';
import { problemWords } from '#components/ui/problem-words.ts';
import type { FormProblem } from '#components/ui/use-form.ts';

/** The sentence for the whole form: what happened, and for how long to wait. Messages about a field stand at the field. */
export function ProblemAlert({ problem, children }: { problem: FormProblem | null; children?: ReactNode }) {
  if (!problem) return null;
  return (
    <FormAlert>
      {summary(problem)} {children}
    </FormAlert>
  );
}

function summary(problem: FormProblem): string {
  const wrong = Object.keys(problem.fields ?? {}).filter((name) => name !== '_').length;
  if (problem.code === 'invalid_request' && wrong === 1) return 'One thing needs another look. It is marked above.';
  if (problem.code === 'invalid_request' && wrong > 1)
    return `${wrong} things need another look. They are marked above.`;
  return problemWords(problem);
}
