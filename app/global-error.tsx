'use client';

import { fontSans } from '#components/ui/font-sans.ts';
import './globals.css';

/** Says that something went wrong where even a layout has failed. Replaces the root layout too, so it brings its own document. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && 'digest' in error ? String(error.digest) : null;
  return (
    <html lang="en" className={fontSans.variable}>
      <body className="flex min-h-dvh flex-col">
        <title>Something went wrong · Latchkey</title>
        <main className="mx-auto grid w-full max-w-md flex-1 content-center justify-items-start gap-4 px-4 py-16 sm:px-6">
          <h1 className="text-2xl font-semibold">Something went wrong on our side</h1>
          <p role="alert" className="text-muted">
            What you had saved before is safe. Try again in a moment; if it happens once more, tell us and send this
            reference along.
          </p>
          {digest && <code className="rounded-md border bg-raised px-4 py-2 font-mono text-sm">{digest}</code>}
          <button
            type="button"
            onClick={retry}
            className="mt-2 min-h-11 cursor-pointer rounded-md bg-accent px-4 font-medium text-accent-ink hover:bg-accent-hover"
          >
            Try again
          </button>
        </main>
      </body>
    </html>
  );
}
