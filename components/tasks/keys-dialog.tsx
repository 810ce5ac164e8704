'use client';

import { useEffect, useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog } from '#components/ui/dialog.tsx';
import { Key, switchShortcuts, useShortcutsOn } from './shortcuts.tsx';

const anywhere = [
  { keys: ['n'], does: 'Write a new task' },
  { keys: ['/'], does: 'Search' },
  { keys: ['?'], does: 'Show this' },
] as const;
const inList = [
  { keys: ['↓', '↑'], does: 'Go from row to row' },
  { keys: ['Space'], does: 'Tick off, or open again' },
  { keys: ['Enter'], does: 'Look at the task' },
  { keys: ['Delete'], does: 'Delete the task' },
  { keys: ['Esc'], does: 'Leave a field' },
] as const;

/** Lists every key of the list of tasks, with a switch for those that could get in the way. */
export default function KeysDialog({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOn = useShortcutsOn();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <Dialog ref={dialog} title="Keyboard shortcuts" onClose={onClose}>
      <Keys keys={anywhere} isOff={!isOn} />
      <label className="flex min-h-9 w-fit cursor-pointer items-center gap-2.5 text-sm">
        <input
          type="checkbox"
          checked={isOn}
          onChange={(event) => switchShortcuts(event.currentTarget.checked)}
          className="tick size-5"
        />
        Use these anywhere on the page
      </label>
      <h3 className="mt-4 border-t pt-4 text-sm font-medium">In the list</h3>
      <Keys keys={inList} />
      <Button look="secondary" onClick={() => dialog.current?.close()} className="mt-3 w-full">
        Close
      </Button>
    </Dialog>
  );
}

type KeyList = readonly { keys: readonly string[]; does: string }[];

function Keys({ keys: list, isOff = false }: { keys: KeyList; isOff?: boolean }) {
  return (
    <dl className={`my-3 grid grid-cols-[5rem_1fr] gap-y-2 text-sm ${isOff ? 'text-muted line-through' : ''}`}>
      {list.map(({ keys, does }) => (
        <div key={does} className="contents">
          <dt className="flex gap-1">
            {keys.map((key) => (
              <Key key={key}>{key}</Key>
            ))}
          </dt>
          <dd>{does}</dd>
        </div>
      ))}
    </dl>
  );
}
