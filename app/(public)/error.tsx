'use client';

import { SomethingWrong } from '#components/shell/something-wrong.tsx';

export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <main id="content" tabIndex={-1} className="flex flex-1 flex-col">
      <SomethingWrong error={error} onRetry={retry} />
    </main>
  );
}
