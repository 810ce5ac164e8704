'use client';

import { SomethingWrong } from '#components/shell/something-wrong.tsx';

/** Shows a fault of ours inside the frame, so that the way out stays in sight. */
export default function ErrorPage({ error, retry }: { error: unknown; retry: () => void }) {
  return <SomethingWrong error={error} onRetry={retry} />;
}
