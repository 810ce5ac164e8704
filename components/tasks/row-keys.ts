import { type RefObject, useEffect, useRef } from 'react';
import { isPlainKey } from './shortcuts.tsx';

/** Marks a field from which the arrow down leads into the list, and Escape out of the field. */
export const aboveList = { 'data-above-list': '' } as const;

type List = RefObject<HTMLElement | null>;

/**
 * Makes the list work by keyboard: arrows go from row to row, Space ticks off, Enter opens, Delete or Backspace deletes. Each
 * key presses the row's own controls, so that it can do nothing that the row cannot.
 */
export function useRowKeys(list: List): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (!isPlainKey(event) || event.shiftKey || !(event.target instanceof HTMLElement)) return;
      const row = list.current?.contains(event.target) ? event.target.closest('li') : null;
      const isDone = row ? pressInRow(event.key, row, event) : pressElsewhere(event.key, event.target, list);
      if (isDone) event.preventDefault();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [list]);
  useFocusThatStays(list);
}

/** Returns the rows that can be used. A task on its way to the server has no link yet, and is left out. */
function rowsOf(list: List): HTMLElement[] {
  return [...(list.current?.querySelectorAll<HTMLElement>('li:has(a)') ?? [])];
}

function indexOf(control: HTMLElement, list: List): number {
  return rowsOf(list).findIndex((row) => row.contains(control));
}

function focusIn(row: Element | null | undefined, control: string): boolean {
  const found = row?.querySelector<HTMLElement>(control);
  found?.focus();
  return Boolean(found);
}

function pressInRow(key: string, row: HTMLElement, { target, repeat }: KeyboardEvent): boolean {
  const control = target instanceof HTMLElement ? target.localName : '';
  const press = (name: string) => {
    if (!repeat) row.querySelector<HTMLElement>(name)?.click();
    return true;
  };
  if (key === 'ArrowDown') return focusIn(row.nextElementSibling, control);
  if (key === 'ArrowUp') return focusIn(row.previousElementSibling, control);
  if (key === ' ') return control === 'a' && press('input');
  if (key === 'Enter') return control === 'input' && press('a');
  return (key === 'Delete' || key === 'Backspace') && press('button');
}

function pressElsewhere(key: string, target: HTMLElement, list: List): boolean {
  const isField = target.matches('[data-above-list]');
  if (key === 'ArrowDown' && (isField || target === document.body)) return focusIn(rowsOf(list)[0], 'a');
  if (key !== 'Escape' || !isField) return false;
  target.blur();
  return true;
}

/** Moves the focus of a row that leaves the list to its neighbour, or to the page's content after the last one. */
function useFocusThatStays(list: List): void {
  const held = useRef<{ element: HTMLElement; index: number } | null>(null);
  useEffect(() => {
    function onFocusIn({ target }: FocusEvent) {
      const isOurs = target instanceof HTMLElement && list.current?.contains(target);
      held.current = isOurs ? { element: target, index: indexOf(target, list) } : null;
    }
    document.addEventListener('focusin', onFocusIn);
    return () => document.removeEventListener('focusin', onFocusIn);
  }, [list]);
  useEffect(() => {
    const last = held.current;
    if (!last) return;
    if (last.element.isConnected) {
      last.index = indexOf(last.element, list);
    } else if (document.activeElement === document.body) {
      held.current = null;
      const rows = rowsOf(list);
      const isTaken = focusIn(rows[Math.min(last.index, rows.length - 1)], last.element.localName);
      if (!isTaken) document.getElementById('content')?.focus({ preventScroll: true });
    }
  });
}
