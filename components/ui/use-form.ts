import { type FormEvent, useEffect, useRef, useState } from 'react';

/** What a form can be told about why it failed; the API's errors fit. */
export interface FormProblem {
  code: string;
  description: string;
  fields?: Record<string, string[]>;
  retryAfterSeconds?: number;
}

/** `leaving`: another document is on its way, so the button stays busy until it is there. */
export type Outcome = FormProblem | 'done' | 'leaving';

/** Sends a form once at a time, keeps what went wrong, and leads to the first field that it is about. */
export function useForm(send: (data: FormData, form: HTMLFormElement) => Promise<Outcome>) {
  const ref = useRef<HTMLFormElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FormProblem | null>(null);

  useEffect(() => {
    if (problem) ref.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (isBusy) return;
    const form = event.currentTarget;
    setBusy(true);
    setProblem(null);
    const outcome = await send(new FormData(form), form).catch(() => unexpected);
    if (outcome === 'leaving') return;
    setBusy(false);
    if (outcome !== 'done') setProblem(outcome);
  }

  return { form: { ref, onSubmit, method: 'post', noValidate: true } as const, isBusy, problem, setProblem };
}

const unexpected: FormProblem = {
  code: 'unexpected',
  description: 'That did not work. Nothing was changed; please try again.',
};

/** A problem made of messages by field, or null when there are none. */
export function fieldProblem(fields: Record<string, string | null | undefined>): FormProblem | null {
  const wrong = Object.entries(fields).filter((entry): entry is [string, string] => Boolean(entry[1]));
  if (wrong.length === 0) return null;
  return {
    code: 'invalid_request',
    description: 'Nothing was sent yet.',
    fields: Object.fromEntries(wrong.map(([name, message]) => [name, [message]])),
  };
}

/** A text field of a form, as typed. */
export function text(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === 'string' ? value : '';
}
