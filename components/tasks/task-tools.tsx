'use client';

import { useEffect, useEffectEvent, useRef } from 'react';
import type { TasksView } from '#components/tasks/hrefs.ts';
import { Search } from '#components/tasks/icons.tsx';
import { useListAddress } from '#components/tasks/use-list-address.ts';
import { aboveList } from '#components/tasks/use-row-keys.ts';
import { ChevronDown } from '#components/ui/icons.tsx';
import { KeyHint } from '#components/ui/key-hint.tsx';
import { ProgressBar } from '#components/ui/progress-bar.tsx';
import { useShortcuts } from '#components/ui/shortcuts.ts';
import { paths } from '#lib/core/routes.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

const orders: readonly { order: TaskOrder; words: string }[] = [
  { order: 'newest', words: 'Newest first' },
  { order: 'oldest', words: 'Oldest first' },
  { order: 'deadline', words: 'By deadline' },
  { order: 'title', words: 'By title' },
];

/** Search and order. Both take effect by themselves; before the page is alive, Enter sends them as a plain form. */
export function TaskTools({ view }: { view: TasksView }) {
  const field = useRef<HTMLInputElement>(null);
  const { sort, isPending, searchSoon, searchNow, sortBy } = useListAddress(view, field);
  useShortcuts({ '/': () => field.current?.select() });
  const catchUp = useEffectEvent(() => {
    if (field.current?.value.trim() !== view.search) searchNow();
  });
  // What was typed while the page was still waking up.
  useEffect(() => catchUp(), []);
  return (
    <search>
      <form
        method="get"
        action={paths.tasks}
        onSubmit={(event) => {
          event.preventDefault();
          searchNow();
        }}
        className="mb-3 flex gap-2"
      >
        {isPending && <ProgressBar />}
        {view.completed !== undefined && <input type="hidden" name="completed" value={String(view.completed)} />}
        <div className="relative flex-1">
          <label htmlFor="search" className="sr-only">
            Search
          </label>
          <Search size={16} className="pointer-events-none absolute top-1/2 left-3 -translate-y-1/2 text-muted" />
          <input
            {...aboveList}
            ref={field}
            id="search"
            name="search"
            type="search"
            defaultValue={view.search}
            onChange={searchSoon}
            maxLength={100}
            placeholder="Search"
            autoComplete="off"
            enterKeyHint="search"
            className="peer control pl-9 sm:text-sm"
          />
          <span className="pointer-events-none absolute top-1/2 right-3 -translate-y-1/2 peer-focus:hidden peer-not-placeholder-shown:hidden">
            <KeyHint>/</KeyHint>
          </span>
        </div>
        <div className="relative">
          <label htmlFor="sort" className="sr-only">
            Order
          </label>
          <select
            id="sort"
            name="sort"
            value={sort}
            onChange={({ currentTarget }) => sortBy(orders[currentTarget.selectedIndex]?.order ?? 'newest')}
            className="min-h-11 cursor-pointer appearance-none rounded-md pr-7 pl-2 text-muted transition-colors hover:text-ink sm:text-sm"
          >
            {orders.map(({ order, words }) => (
              <option key={order} value={order}>
                {words}
              </option>
            ))}
          </select>
          <ChevronDown
            size={16}
            className="pointer-events-none absolute top-1/2 right-1.5 -translate-y-1/2 text-muted"
          />
        </div>
      </form>
    </search>
  );
}
