'use client';

import { type FormEvent, useRef, useState } from 'react';
import { keptForm } from '#components/shell/drafts.ts';
import { Plus } from '#components/tasks/icons.tsx';
import { aboveList } from '#components/tasks/use-row-keys.ts';
import { Button } from '#components/ui/button.tsx';
import { FieldShell } from '#components/ui/field.tsx';
import { KeyHint } from '#components/ui/key-hint.tsx';
import { useShortcuts } from '#components/ui/shortcuts.ts';
import { useHydrated } from '#components/ui/use-hydrated.ts';

interface NewTaskProps {
  onAdd: (title: string, onFailure: (message: string) => void) => void;
}

/** The field at the top. What could not be saved comes back into it, unless something else is being typed by then. */
export function NewTask({ onAdd }: NewTaskProps) {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const isHydrated = useHydrated();
  useShortcuts({ n: () => field.current?.focus() });

  function submit(event: FormEvent) {
    event.preventDefault();
    const input = field.current;
    if (!input) return;
    const title = input.value.trim();
    input.focus();
    if (title === '') return setProblem('Give the task a title.');
    setProblem(null);
    input.value = '';
    onAdd(title, (message) => {
      if (input.value === '') input.value = title;
      setProblem(`“${title}” was not added. ${message}`);
    });
  }

  return (
    <form
      {...keptForm}
      method="post"
      noValidate
      onSubmit={submit}
      className="mb-2 grid grid-cols-[1fr_auto] items-start gap-x-3"
    >
      <FieldShell label="New task" name="title" errors={problem ? [problem] : undefined} aside={<KeyHint>n</KeyHint>}>
        {(control) => (
          <input
            {...control}
            {...aboveList}
            ref={field}
            type="text"
            maxLength={200}
            autoComplete="off"
            enterKeyHint="done"
            className="control"
          />
        )}
      </FieldShell>
      <Button type="submit" disabled={!isHydrated} className="mt-[1.625rem]">
        <Plus size={20} className="-ml-1" />
        Add
      </Button>
      {problem && (
        <p role="alert" className="sr-only">
          {problem}
        </p>
      )}
    </form>
  );
}
