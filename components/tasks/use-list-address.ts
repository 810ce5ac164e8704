import { useRouter } from 'next/navigation';
import { type RefObject, useCallback, useEffect, useOptimistic, useRef, useTransition } from 'react';
import { type TasksView, tasksHref } from '#components/tasks/hrefs.ts';
import type { TaskOrder } from '#lib/core/tasks/contract.ts';

const pauseMs = 250;

/** Keeps the address, and with it the list, in step with what is typed and chosen. Either leads back to page 1. */
export function useListAddress(view: TasksView, field: RefObject<HTMLInputElement | null>) {
  const router = useRouter();
  const [isPending, startTransition] = useTransition();
  const [sort, showSort] = useOptimistic(view.sort);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Searches under way, the latest at the end. What comes back and is none of them was asked for elsewhere. */
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
  const go = useCallback(
    (order: TaskOrder) => {
      clearTimeout(timer.current);
      const search = field.current?.value.trim() ?? '';
      if (search !== asked.current.at(-1)) asked.current.push(search);
      startTransition(() => {
        showSort(order);
        router.replace(tasksHref({ completed, search, sort: order }), { scroll: false });
      });
    },
    [router, field, completed, showSort],
  );

  const searchNow = useCallback(() => go(sort), [go, sort]);
  function searchSoon() {
    clearTimeout(timer.current);
    timer.current = setTimeout(searchNow, pauseMs);
  }
  return { sort, isPending, searchSoon, searchNow, sortBy: go };
}
