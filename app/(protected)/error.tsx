'use client';

import { SomethingWrong } from '#components/shell/something-wrong.tsx';

/** Inside the frame, so that the way out stays in sight. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <SomethingWrong error={error} onRetry={retry} />;
}
