'use client';

import type { ReactNode } from 'react';
import { FormAlert } from '#components/ui/form-alert.tsx';
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

function summary({ code, description, fields, retryAfterSeconds }: FormProblem): string {
  if (code === 'slow_down' && retryAfterSeconds) return `Too many tries. Come back ${waiting(retryAfterSeconds)}.`;
  const wrong = Object.keys(fields ?? {}).filter((name) => name !== '_').length;
  if (code === 'invalid_request' && wrong === 1) return 'One thing needs another look. It is marked above.';
  if (code === 'invalid_request' && wrong > 1) return `${wrong} things need another look. They are marked above.`;
  return description;
}

function waiting(seconds: number): string {
  if (seconds < 60) return `in ${seconds} second${seconds === 1 ? '' : 's'}`;
  const minutes = Math.ceil(seconds / 60);
  const at = new Date(Date.now() + seconds * 1000).toLocaleTimeString(undefined, {
    hour: 'numeric',
    minute: '2-digit',
  });
  return `in ${minutes} minute${minutes === 1 ? '' : 's'}, at ${at}`;
}
