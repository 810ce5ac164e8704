'use client';

import { SomethingWrong } from '#components/ui/something-wrong.tsx';
import './globals.css';

/** The last net: it stands in for the root layout itself, so it brings its own document. */
export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body className="flex min-h-dvh flex-col">
        <title>Something went wrong · Latchkey</title>
        <main className="flex flex-1 flex-col">
          <SomethingWrong error={error} onRetry={retry} />
        </main>
      </body>
    </html>
  );
}
