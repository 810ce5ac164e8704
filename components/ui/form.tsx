'use client';

import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { CircleAlert } from './icons.tsx';
import { type Problem, problemWords } from './problem.ts';
import { useOneAtATime } from './use-one-at-a-time.ts';

/** Says how sending a form ended. After `leaving` the button stays busy: useOneAtATime says for how long. */
export type Outcome = Problem | 'done' | 'leaving';

/**
 * Sends a form, never twice at once, and keeps the problem it ended with. The first field that the problem is about gets the
 * focus. A `send` that throws counts as a problem.
 */
export function useForm(send: (data: FormData, form: HTMLFormElement) => Promise<Outcome>) {
  const ref = useRef<HTMLFormElement>(null);
  const { isBusy, run } = useOneAtATime();
  const [problem, setProblem] = useState<Problem | null>(null);

  useEffect(() => {
    if (problem) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  /** Does another piece of work in place of sending the form, as a second button does. */
  function attempt(work: () => Promise<Outcome>): Promise<void> {
    return run(async () => {
      setProblem(null);
      const outcome = await work().catch(() => unexpected);
      if (typeof outcome !== 'string') setProblem(outcome);
      return outcome;
    });
  }

  function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    void attempt(() => send(new FormData(form), form));
  }

  return { form: { ref, onSubmit, method: 'post', noValidate: true } as const, isBusy, problem, attempt };
}

const unexpected: Problem = {
  code: 'unexpected',
  description: 'That did not work. Nothing was changed; please try again.',
};

/** Reads a text field of a form as typed, or an empty string where there is none of that name. */
export function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}

/** Reads a field of one line, without the space around it. Never for a password, which stays as typed. */
export function line(data: FormData, name: string): string {
  return text(data, name).trim();
}

/** Makes a problem of messages by field. Returns null when no field has one. */
export function fieldProblem(fields: Record<string, string | null | undefined>): Problem | null {
  const wrong = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (wrong.length === 0) return null;
  return {
    code: 'invalid_request',
    description: 'Nothing was sent yet.',
    fields: Object.fromEntries(wrong.map(([name, message]) => [name, [message]])),
  };
}

/** Shows what went wrong with the whole form. Screen readers read it out as soon as it appears. */
export function FormAlert({ children }: { children: ReactNode }) {
  return (
    <div role="alert" className="arrive mb-1 flex gap-2.5 rounded-md bg-danger-soft px-3 py-2.5 text-sm text-danger">
      <CircleAlert size={16} className="mt-0.5 shrink-0" />
      <div>{children}</div>
    </div>
  );
}

/** Sums up a form's problem in one sentence, or shows nothing without one. The fields show the messages about themselves. */
export function ProblemAlert({ problem, children }: { problem: Problem | null; children?: ReactNode }) {
  if (!problem) return null;
  return (
    <FormAlert>
      <span>{summary(problem)}</span> {children}
    </FormAlert>
  );
}

function summary(problem: Problem): string {
  const wrong = Object.keys(problem.fields ?? {}).filter((name) => name !== '_').length;
  if (problem.code === 'invalid_request' && wrong === 1) return 'One thing needs another look. It is marked above.';
  if (problem.code === 'invalid_request' && wrong > 1)
    return `${wrong} things need another look. They are marked above.`;
  return problemWords(problem);
}
