const words = {
  all: { title: 'Nothing here yet', text: 'Write down the first thing above. It is saved as soon as you add it.' },
  open: { title: 'All done', text: 'There is nothing open.' },
  done: { title: 'Nothing done yet', text: 'What you tick off is kept here.' },
} as const;

export function EmptyTasks({ completed }: { completed: boolean | undefined }) {
  const { title, text } = words[completed === undefined ? 'all' : completed ? 'done' : 'open'];
  return (
    <div className="rounded-md border border-dashed px-6 py-12 text-center">
      <p className="font-medium">{title}</p>
      <p className="mt-1 text-sm text-muted">{text}</p>
    </div>
  );
}
