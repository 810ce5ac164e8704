'use client';

import { useRouter } from 'next/navigation';
import { toast } from '#components/shell/toasts.tsx';
import { Button } from '#components/ui/button.tsx';
import { TextField } from '#components/ui/field.tsx';
import { FieldShell } from '#components/ui/field-shell.tsx';
import { fieldProblem, line, ProblemAlert, text, useForm } from '#components/ui/form.tsx';
import { problemWords } from '#components/ui/problem.ts';
import { Moment } from '#components/ui/time.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { useAuth } from '#lib/client/auth-provider.tsx';
import { tasksApi } from '#lib/client/tasks/calls.ts';
import type { Task } from '#lib/core/tasks/contract.ts';

/** Changes a task, with a way to undo it. Whatever the server says, what was typed stays in the fields. */
export function EditTask({ task }: { task: Task }) {
  const router = useRouter();
  const { client } = useAuth();
  const isHydrated = useHydrated();
  const api = tasksApi(client);

  /** Undoes a change: puts the task back as it was, on the server and in the fields. */
  async function putBack(fields: HTMLFormElement, { id, title, description, deadline }: Task) {
    const result = await api.update(id, { title, description, deadline });
    if (!result.ok) return toast({ tone: 'alert', text: `The change stays. ${problemWords(result.error)}` });
    for (const [name, value] of Object.entries({ title, description, deadline: deadline ?? '' })) {
      const field = fields.elements.namedItem(name);
      if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
    }
    router.refresh();
  }

  const { form, isBusy, problem } = useForm(async (data, fields) => {
    const title = line(data, 'title');
    const wrong = fieldProblem({ title: title === '' ? 'Give the task a title.' : null });
    if (wrong) return wrong;
    const changes = { title, description: text(data, 'description'), deadline: text(data, 'deadline') || null };
    const result = await api.update(task.id, changes);
    if (!result.ok) return result.error;
    toast({ text: 'Saved.', action: { label: 'Undo', run: () => void putBack(fields, task) } });
    router.refresh();
    return 'done';
  });
  return (
    <form {...form} data-kept className="grid gap-2">
      <TextField
        label="Title"
        name="title"
        maxLength={200}
        autoComplete="off"
        defaultValue={task.title}
        errors={problem?.fields?.title}
      />
      <FieldShell label="Description" name="description" errors={problem?.fields?.description}>
        {(control) => (
          <textarea
            {...control}
            rows={6}
            maxLength={5000}
            defaultValue={task.description}
            className="control field-sizing-content min-h-36"
          />
        )}
      </FieldShell>
      <TextField
        label="Deadline"
        name="deadline"
        type="date"
        defaultValue={task.deadline ?? ''}
        errors={problem?.fields?.deadline}
        className="sm:w-52"
      />
      <ProblemAlert problem={problem} />
      <div className="mt-2 flex flex-wrap items-center gap-x-6 gap-y-3">
        <Button type="submit" disabled={!isHydrated} isBusy={isBusy} className="w-full min-w-28 sm:w-auto">
          {isBusy ? 'Saving' : 'Save'}
        </Button>
        <p className="text-xs text-muted">
          Last changed <Moment at={task.updated_at} />
        </p>
      </div>
    </form>
  );
}
