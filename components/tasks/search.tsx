'use client';

import { useRouter } from 'next/navigation';
import { type RefObject, useEffect, useEffectEvent, useOptimistic, useRef, useTransition } from 'react';
import { ProgressBar } from '#components/ui/link.tsx';
import { paths } from '#lib/core/routes.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';
import { type TasksView, tasksHref } from './hrefs.ts';
import { ChevronDown, Search } from './icons.tsx';
import { aboveList } from './row-keys.ts';
import { KeyHint, useShortcuts } from './shortcuts.tsx';

const orders: readonly { order: TaskOrder; words: string }[] = [
  { order: 'newest', words: 'Newest first' },
  { order: 'oldest', words: 'Oldest first' },
  { order: 'deadline', words: 'By deadline' },
  { order: 'title', words: 'By title' },
];

/** Searches and sorts the list as soon as something is typed or chosen. Before the page is hydrated, Enter sends a plain form. */
export function SearchAndOrder({ view }: { view: TasksView }) {
  const field = useRef<HTMLInputElement>(null);
  const { sort, isPending, searchAfterPause, searchNow, sortBy } = useListAddress(view, field);
  useShortcuts({ '/': () => field.current?.select() });
  const catchUp = useEffectEvent(() => {
    if ((field.current?.value ?? '').trim() !== view.search) searchNow();
  });
  // Somebody may have typed before the page was hydrated.
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
            onChange={searchAfterPause}
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

/** Says how long typing has to pause before a search begins. */
const pauseMs = 250;

/** Keeps the address, and with it the list, in step with what is typed and chosen. Either leads back to page 1. */
function useListAddress(view: TasksView, field: RefObject<HTMLInputElement | null>) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [sort, showSort] = useOptimistic(view.sort);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  // Searches under way, the latest at the end. A view with any other search was asked for elsewhere.
  const asked = useRef([view.search]);

  useEffect(() => {
    if (view.search === asked.current.at(-1)) {
      asked.current = [view.search];
    } else if (!asked.current.includes(view.search)) {
      clearTimeout(timer.current);
      asked.current = [view.search];
      if (field.current) field.current.value = view.search;
    }
  }, [view.search, field]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const { completed } = view;
  function sortBy(order: TaskOrder) {
    clearTimeout(timer.current);
    const search = (field.current?.value ?? '').trim();
    if (search !== asked.current.at(-1)) asked.current.push(search);
    startTransition(() => {
      showSort(order);
      router.replace(tasksHref({ completed, search, sort: order }), { scroll: false });
    });
  }

  const searchNow = () => sortBy(sort);
  function searchAfterPause() {
    clearTimeout(timer.current);
    timer.current = setTimeout(searchNow, pauseMs);
  }
  return { sort, isPending, searchAfterPause, searchNow, sortBy };
}
