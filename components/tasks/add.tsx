'use client';

import { type FormEvent, useRef, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { FieldShell } from '#components/ui/field-shell.tsx';
import { useHydrated } from '#components/ui/use-hydrated.ts';
import { Plus } from './icons.tsx';
import { aboveList } from './row-keys.ts';
import { KeyHint, useShortcuts } from './shortcuts.tsx';

interface AddTaskProps {
  onAdd: (title: string, onFailure: (message: string) => void) => void;
}

/** Adds a task by its title. A title that could not be saved comes back into the field, unless something else stands there. */
export function AddTask({ onAdd }: AddTaskProps) {
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
      data-kept
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
