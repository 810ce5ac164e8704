import { CopyButton } from '#components/ui/copy-button.tsx';

/** Shows a line for the terminal with a button that copies it. */
export function Command({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="mb-1 text-xs text-muted">{label}</p>
      <div className="flex items-center justify-between gap-2 rounded-md border bg-raised py-1 pr-1 pl-4">
        <code className="font-mono text-sm whitespace-nowrap">
          <span aria-hidden className="mr-2 text-muted select-none">
            $
          </span>
          <span>{text}</span>
        </code>
        <CopyButton text={text} label={`“${text}”`} />
      </div>
    </div>
  );
}
